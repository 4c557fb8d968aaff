import type { Choice } from "@deskside/browser/api";
import { t } from "@deskside/browser/catalogue";
import { dayAndTime, stopwatch } from "@deskside/browser/times";
import { Button, Loader, NativeSelect } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { callText } from "./call_text.ts";
import { Icon } from "./icons.tsx";
import type { IconName } from "./icons.tsx";
import { LedgerProof } from "./recording_proof.tsx";
import { ruleText } from "./review_rule_text.ts";
import { getTrails, verdictText, VERDICTS } from "./reviews.ts";
import type { Step, WantedRule } from "./reviews.ts";
import { hrefOf } from "./route.ts";

interface TrailsProps {
  readonly officers: readonly Choice[];
}

/** Who did what with recordings, all of them. */
export function ReviewTrails({ officers }: TrailsProps) {
  const [who, setWho] = useState("");
  const [steps, setSteps] = useState<readonly Step[] | null>(null);
  const [next, setNext] = useState(0);
  const [fault, setFault] = useState("");
  /** The newest question; answers to others come too late. */
  const turn = useRef(0);
  const look = useCallback(async (wanted: string, before = 0) => {
    const mine = ++turn.current;
    try {
      const trail = await getTrails(wanted, before);
      if (mine !== turn.current) return;
      setSteps((known) => [...(before ? (known ?? []) : []), ...trail.steps]);
      setNext(trail.next);
      setFault("");
    } catch (error) {
      if (mine === turn.current) setFault(callText(error));
    }
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => void look(who), 0);
    return () => clearTimeout(timer);
  }, [look, who]);
  return (
    <section className="reviews-list" aria-label={t("Who watched what")}>
      <div className="rules-head">
        <p className="reviews-hint">
          {t("Every look is written down before anything is shown, and nobody can take it out.")}
        </p>
        <NativeSelect
          aria-label={t("Officer")}
          value={who}
          data={[
            { value: "", label: t("All officers") },
            ...officers.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(event) => {
            setSteps(null);
            setWho(event.currentTarget.value);
          }}
        />
      </div>
      {fault && (
        <div className="reviews-fault" role="alert">
          <p>{fault}</p>
          <Button variant="default" size="compact-sm" onClick={() => void look(who)}>
            {t("Try again")}
          </Button>
        </div>
      )}
      {!steps && !fault && <Loader aria-label={t("One moment…")} />}
      {steps && <TrailList steps={steps} officers={officers} namesRecordings />}
      {next > 0 && (
        <Button className="finder-more" variant="default" onClick={() => void look(who, next)}>
          {t("Show more")}
        </Button>
      )}
      <LedgerProof />
    </section>
  );
}

interface ListProps {
  readonly steps: readonly Step[];
  readonly officers: readonly Choice[];
  /** Length of the one recording that all is about, in ms: then it shows which part was watched. */
  readonly length?: number;
  readonly namesRecordings?: boolean;
}

/** What was done, the newest first. */
export function TrailList({ steps, officers, length = 0, namesRecordings = false }: ListProps) {
  if (!steps.length) return <p className="reel-empty">{t("Nobody has looked yet.")}</p>;
  return (
    <ol className="trail">
      {steps.map((step) => (
        <li className="trail-step" key={`${step.at} ${step.who} ${step.what} ${step.recording}`}>
          <span className={`trail-sign trail-sign-${step.what}`}>
            <Icon name={ICONS[step.what] ?? "shield"} />
          </span>
          <span className="trail-words">
            <span>
              <b>{step.name || t("The server")}</b> {stepText(step, officers)}
              {namesRecordings && step.recording && (
                <>
                  {" · "}
                  <a href={hrefOf("recordings", step.recording)}>
                    {step.customer || t("Without a name")}
                  </a>
                </>
              )}
            </span>
            {step.what === "watched" && <Watched spans={step.spans} length={length} />}
          </span>
          <time className="trail-time">{dayAndTime(step.at)}</time>
        </li>
      ))}
    </ol>
  );
}

/** Which part of a recording was watched, drawn where its length is known, and in words. */
function Watched({ spans, length }: { spans: Step["spans"]; length: number }) {
  const text = spans.map(([from, to]) => `${stopwatch(from)}–${stopwatch(to)}`).join(", ");
  return (
    <>
      {length > 0 && spans.length > 0 && (
        <span className="trail-strip" aria-hidden="true">
          {spans.map(([from, to]) => (
            <span
              key={from}
              style={{
                insetInlineStart: `${(100 * from) / length}%`,
                width: `${(100 * (Math.min(to, length) - from)) / length}%`,
              }}
            />
          ))}
        </span>
      )}
      <span className="reel-hint">{text || t("only opened it")}</span>
    </>
  );
}

const ICONS: Readonly<Record<string, IconName>> = {
  watched: "eye",
  commented: "comment",
  judged: "verdict",
  held: "lock",
  released: "lock",
  exported: "download",
  taken: "eye",
  assigned: "transfer",
  rule_made: "sample",
  rule_changed: "sample",
  rule_ended: "sample",
  recorded: "shield",
  destroyed: "trash",
  words_destroyed: "trash",
  deleted: "trash",
};

function stepText(step: Step, officers: readonly Choice[]): string {
  const { what, detail } = step;
  if (what === "judged") {
    const verdict = VERDICTS.find((each) => each === detail);
    return t("gave the verdict: {verdict}", { verdict: verdict ? verdictText(verdict) : "" });
  }
  if (what === "assigned") {
    const name = officers.find(({ id }) => id === detail)?.name ?? detail;
    return detail ? t("assigned it to {name}", { name }) : t("put it back into the inbox");
  }
  if (what === "rule_made" || what === "rule_changed") {
    const rule = ruleText(JSON.parse(detail) as WantedRule);
    return what === "rule_made"
      ? t("made a rule: {rule}", { rule })
      : t("changed a rule: {rule}", { rule });
  }
  if (what === "exported" && detail === "ledger") return t("took the ledger along");
  return Object.hasOwn(STEPS, what) ? (STEPS[what]?.() ?? what) : what;
}

const STEPS: Readonly<Record<string, () => string>> = {
  watched: () => t("watched"),
  commented: () => t("wrote a comment"),
  held: () => t("put it on legal hold"),
  released: () => t("released the legal hold"),
  exported: () => t("exported it"),
  taken: () => t("began to review it"),
  rule_ended: () => t("removed a rule"),
  recorded: () => t("sealed the recording"),
  destroyed: () => t("destroyed the keys: nobody can open it any more"),
  words_destroyed: () => t("destroyed the key of what was written in it"),
  deleted: () => t("deleted what was left of it in the store"),
};
