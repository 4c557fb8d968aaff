import { call } from "@deskside/browser/api";
import { LANGUAGES, language, t } from "@deskside/browser/catalogue";
import { stopwatch } from "@deskside/browser/times";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import type { SubmitEvent } from "react";
import { callText } from "./call_text.ts";
import { living } from "./codes.ts";
import type { CodeMade } from "./codes.ts";
import { Icon } from "./icons.tsx";
import { nativeName } from "./native_name.ts";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { ViewProps } from "./views.tsx";
import type { Workplace } from "./workplace.ts";

/** One-time codes that bring a customer straight to this rep. */
export function CodesView({ workplace }: ViewProps) {
  const { teams } = workplace.account;
  const [team, setTeam] = useState(teams[0]?.id ?? "");
  const { codes, link } = workplace;
  const made = useStore(codes);
  const [email, setEmail] = useState("");
  const [spoken, setSpoken] = useState<string>(language());
  const [fault, setFault] = useState("");

  // What ran out in front of the rep is shown as such; what did so elsewhere is of no use.
  useEffect(() => codes.set(living(codes.get(), link.now())), [codes, link]);

  async function make(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setFault("");
    const to = email.trim();
    try {
      const asked = { team, ...(to && { email: to, language: spoken }) };
      const code = await call<Omit<CodeMade, "email">>("POST", "/v1/codes", asked);
      codes.set([{ ...code, email: to }, ...codes.get()]);
      setEmail("");
    } catch (error) {
      setFault(callText(error));
    }
  }

  async function cancel(code: string): Promise<void> {
    setFault("");
    try {
      await call("POST", "/v1/codes/cancel", { code });
      codes.set(codes.get().filter((each) => each.code !== code));
    } catch (error) {
      setFault(callText(error));
    }
  }

  return (
    <div className="page">
      <div className="page-column">
        <section className="settings-group" aria-label={t("New code")}>
          <h2 className="settings-title">{t("New code")}</h2>
          <p className="settings-about">
            {t("Tell it on the telephone or send the link. It works once, and leads to you.")}
          </p>
          <form className="code-form" onSubmit={(event) => void make(event)}>
            {teams.length > 1 && (
              <NativeSelect
                label={t("Team")}
                value={team}
                data={teams.map(({ id, name }) => ({ value: id, label: name }))}
                onChange={(event) => setTeam(event.currentTarget.value)}
              />
            )}
            <TextInput
              label={t("Mail it to (optional)")}
              type="email"
              placeholder={t("name@example.com")}
              maxLength={254}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            {email.trim() && (
              <NativeSelect
                label={t("Language of the mail")}
                value={spoken}
                data={LANGUAGES.map((value) => ({ value, label: nativeName(value) }))}
                onChange={(event) => setSpoken(event.currentTarget.value)}
              />
            )}
            <Button type="submit" leftSection={<Icon name={email.trim() ? "mail" : "plus"} />}>
              {email.trim() ? t("Make and mail it") : t("Make a session code")}
            </Button>
          </form>
          {fault && <p role="alert">{fault}</p>}
        </section>
        {made.map((each) => (
          <CodeCard
            key={each.code}
            workplace={workplace}
            made={each}
            cancel={() => void cancel(each.code)}
          />
        ))}
      </div>
    </div>
  );
}

interface CardProps {
  readonly workplace: Workplace;
  readonly made: CodeMade;
  readonly cancel: () => void;
}

function CodeCard({ workplace, made, cancel }: CardProps) {
  const [copied, setCopied] = useState("");
  const left = made.expires_at - useNow(workplace.link);
  const digits = made.code.replace(/(\d{3})(?=\d)/g, "$1 ");
  const copy = (what: string, text: string) =>
    void navigator.clipboard.writeText(text).then(() => setCopied(what));
  return (
    <section className="settings-group code-card" aria-label={t("Session code")}>
      <p className={left > 0 ? "code-digits" : "code-digits code-over"}>{digits}</p>
      <p className="settings-about" role="timer">
        {left > 0 ? t("Valid for {time}", { time: stopwatch(left) }) : t("Expired")}
      </p>
      {made.email && (
        <p className="settings-about">
          <Icon name="mail" /> {t("Mailed to {address}", { address: made.email })}
        </p>
      )}
      {left > 0 && (
        <p className="code-link">
          <code>{made.url}</code>
        </p>
      )}
      {left > 0 && (
        <div className="code-row">
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<Icon name="copy" />}
            onClick={() => copy("code", made.code)}
          >
            {copied === "code" ? t("Copied") : t("Copy the code")}
          </Button>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<Icon name="link" />}
            onClick={() => copy("link", made.url)}
          >
            {copied === "link" ? t("Copied") : t("Copy the link")}
          </Button>
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            leftSection={<Icon name="close" />}
            onClick={cancel}
          >
            {t("Cancel the code")}
          </Button>
        </div>
      )}
    </section>
  );
}
