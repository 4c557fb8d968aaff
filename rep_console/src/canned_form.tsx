import { LANGUAGES, t } from "@deskside/browser/catalogue";
import { Button, NativeSelect, Stack, TextInput, Textarea } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { callText } from "./call_text.ts";
import type { Canned, Edited } from "./canned.ts";
import { scopeText } from "./canned_view.tsx";
import { Confirmation } from "./confirmation.tsx";
import { go } from "./route.ts";
import type { Workplace } from "./workplace.ts";

interface FormProps {
  readonly workplace: Workplace;
  /** None: a new one. */
  readonly canned: Canned | undefined;
}

/** One canned message in all its languages. */
export function CannedForm({ workplace, canned }: FormProps) {
  const [edited, setEdited] = useState<Edited>(() => canned ?? begun());
  const [fault, setFault] = useState("");
  const [isAsking, setAsking] = useState(false);
  const isReadOnly = canned ? !canned.writable : false;
  const set = (part: Partial<Edited>) => setEdited({ ...edited, ...part });
  const texts = Object.fromEntries(Object.entries(edited.texts).filter(([, text]) => text.trim()));
  const isReady = edited.title.trim() !== "" && Object.keys(texts).length > 0;

  async function attempt(work: () => Promise<void>): Promise<void> {
    setFault("");
    try {
      await work();
      go("canned");
    } catch (error) {
      setFault(callText(error));
    }
  }

  function save(event: SubmitEvent): void {
    event.preventDefault();
    const { scope, team, title, shortcut, id, version } = edited;
    const path = edited.path.map((part) => part.trim()).filter(Boolean);
    const known = canned ? { id, version } : {};
    const wanted = { scope, team, path, title: title.trim(), shortcut, texts, ...known } as Edited;
    void attempt(() => workplace.canned.save(wanted));
  }

  return (
    <form className="page" aria-label={t("Canned message")} onSubmit={save}>
      <Stack className="page-column">
        {isReadOnly && <p className="settings-about">{t("Only a lead can change this one.")}</p>}
        <TextInput
          label={t("Title")}
          maxLength={120}
          readOnly={isReadOnly}
          value={edited.title}
          onChange={(event) => set({ title: event.currentTarget.value })}
        />
        <TextInput
          label={t("Category")}
          description={t("Categories in categories are divided by /")}
          readOnly={isReadOnly}
          value={edited.path.join("/")}
          onChange={(event) => set({ path: event.currentTarget.value.split("/") })}
        />
        <TextInput
          label={t("Shortcut")}
          description={t("What is typed after the / in a conversation.")}
          maxLength={32}
          readOnly={isReadOnly}
          value={edited.shortcut}
          onChange={(event) => set({ shortcut: event.currentTarget.value.replace(/[^\w-]/g, "") })}
        />
        {!canned && <ScopeSelect workplace={workplace} edited={edited} set={set} />}
        <p className="settings-about">
          {t("{customer}, {rep}, {issue}, {team} and {organisation} are filled in.", KEEP)}{" "}
          {t("{example} says what to write to somebody without a name.", {
            example: `{customer|${t("dear customer")}}`,
          })}
        </p>
        {LANGUAGES.map((language) => (
          <Textarea
            key={language}
            label={t("Text ({language})", { language: language.toUpperCase() })}
            lang={language}
            autosize
            minRows={2}
            maxLength={4_000}
            readOnly={isReadOnly}
            value={edited.texts[language] ?? ""}
            onChange={(event) =>
              set({ texts: { ...edited.texts, [language]: event.currentTarget.value } })
            }
          />
        ))}
        {fault && <p role="alert">{fault}</p>}
        {!isReadOnly && (
          <div className="code-row">
            <Button type="submit" disabled={!isReady}>
              {t("Save")}
            </Button>
            {canned && (
              <Button variant="light" color="red" onClick={() => setAsking(true)}>
                {t("Delete")}
              </Button>
            )}
          </div>
        )}
      </Stack>
      <Confirmation
        opened={isAsking}
        close={() => setAsking(false)}
        title={t("Delete this canned message?")}
        text={edited.title}
        action={t("Delete")}
        confirm={() => {
          if (canned) void attempt(() => workplace.canned.remove(canned));
        }}
        isGrave
      />
    </form>
  );
}

/** The names of what is filled in stand for themselves. */
const KEEP = {
  customer: "{customer}",
  rep: "{rep}",
  issue: "{issue}",
  team: "{team}",
  organisation: "{organisation}",
};

interface ScopeProps {
  readonly workplace: Workplace;
  readonly edited: Edited;
  readonly set: (part: Partial<Edited>) => void;
}

function ScopeSelect({ workplace, edited, set }: ScopeProps) {
  const { role, teams } = workplace.account;
  const isLead = role === "lead" || role === "admin";
  const choices = [
    ...(role === "admin" ? [] : [{ value: "personal", label: scopeText({ scope: "personal" }) }]),
    ...(isLead ? [{ value: "all", label: scopeText({ scope: "all" }) }] : []),
    ...(isLead ? teams.map(({ id, name }) => ({ value: `team ${id}`, label: name })) : []),
  ];
  return (
    <NativeSelect
      label={t("Who may use it")}
      data={choices}
      value={edited.scope === "team" ? `team ${edited.team}` : edited.scope}
      onChange={(event) => {
        const [scope, team = ""] = event.currentTarget.value.split(" ");
        set({ scope: scope as Edited["scope"], team });
      }}
    />
  );
}

function begun(): Edited {
  return { scope: "personal", team: "", path: [], title: "", shortcut: "", texts: {} };
}
