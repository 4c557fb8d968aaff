import { call } from "@deskside/browser/api";
import { t } from "@deskside/browser/catalogue";
import { stopwatch } from "@deskside/browser/times";
import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { callText } from "./call_text.ts";
import { Icon } from "./icons.tsx";
import { useNow } from "./use_now.ts";
import type { ViewProps } from "./views.tsx";
import type { Workplace } from "./workplace.ts";

interface CodeMade {
  readonly code: string;
  readonly url: string;
  readonly expires_at: number;
}

/** One-time codes that bring a customer straight to this rep. */
export function CodesView({ workplace }: ViewProps) {
  const { teams } = workplace.account;
  const [team, setTeam] = useState(teams[0]?.id ?? "");
  const [made, setMade] = useState<readonly CodeMade[]>([]);
  const [fault, setFault] = useState("");

  async function make(): Promise<void> {
    setFault("");
    try {
      const code = await call<CodeMade>("POST", "/v1/codes", { team });
      setMade([code, ...made]);
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
          <div className="setting">
            {teams.length > 1 && (
              <NativeSelect
                aria-label={t("Team")}
                value={team}
                data={teams.map(({ id, name }) => ({ value: id, label: name }))}
                onChange={(event) => setTeam(event.currentTarget.value)}
              />
            )}
            <Button leftSection={<Icon name="plus" />} onClick={() => void make()}>
              {t("Make a session code")}
            </Button>
          </div>
          {fault && <p role="alert">{fault}</p>}
        </section>
        {made.map((each) => (
          <CodeCard key={each.code} workplace={workplace} made={each} />
        ))}
      </div>
    </div>
  );
}

function CodeCard({ workplace, made }: { workplace: Workplace; made: CodeMade }) {
  const [copied, setCopied] = useState("");
  const left = made.expires_at - useNow(workplace.link);
  const digits = made.code.replace(/(\d{3})(?=\d)/g, "$1 ");
  const copy = (what: string, text: string) =>
    void navigator.clipboard.writeText(text).then(() => setCopied(what));
  const subject = encodeURIComponent(t("Your support session"));
  const body = encodeURIComponent(
    t("Please open {url} or enter the code {code} on our page.", { url: made.url, code: digits }),
  );
  return (
    <section className="settings-group code-card" aria-label={t("Session code")}>
      <p className={left > 0 ? "code-digits" : "code-digits code-over"}>{digits}</p>
      <p className="settings-about" role="timer">
        {left > 0 ? t("Valid for {time}", { time: stopwatch(left) }) : t("Expired")}
      </p>
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
            component="a"
            variant="default"
            size="compact-sm"
            leftSection={<Icon name="mail" />}
            href={`mailto:?subject=${subject}&body=${body}`}
          >
            {t("Write a mail")}
          </Button>
        </div>
      )}
    </section>
  );
}
