import { t } from "@deskside/browser/catalogue";
import type { Prompt, Scope, Session } from "@deskside/browser/contract";
import { useId, useState } from "preact/hooks";
import { toolText, WEB_TOOLS } from "./screen_words.ts";
import { canShare, mayPick } from "./sharing.ts";
import { TimeLeft } from "./time_left.tsx";
import { useArrival } from "./use_arrival.ts";
import type { Visit } from "./visit.ts";

interface Props {
  readonly visit: Visit;
  readonly session: Session;
  readonly prompt: Prompt;
}

const SCOPES: readonly (readonly [Scope, () => string])[] = [
  ["once", () => t("just once, for up to 5 minutes")],
  ["quarter_hour", () => t("for 15 minutes")],
  ["session", () => t("for this session, up to half an hour")],
];

/** A rep asks for something; without an answer in time it is a no. */
export function GrantQuestion({ visit, session, prompt }: Props) {
  const name = session.names[prompt.rep] ?? "";
  const title = useId();
  const text = useId();
  const [scope, setScope] = useState<Scope>("session");
  const [answered, setAnswered] = useState(false);
  // The heading, so that no key pressed by accident says yes.
  const heading = useArrival<HTMLHeadingElement>();
  const possible = prompt.tools.filter((tool) => WEB_TOOLS.includes(tool) && canShare());
  const isHere = mayPick(visit.frame !== null);
  const missing = prompt.tools.length > possible.length;

  const answer = (allowed: boolean) => {
    setAnswered(true);
    // A refusal leaves the question open, so it may be answered again.
    void visit
      .ask({ type: "answer_grants", allowed, ...(allowed && { scope }) })
      .then(({ type }) => {
        setAnswered(false);
        if (!allowed || type !== "answered") return;
        // Nobody is to believe that they can steer what they cannot.
        for (const tool of prompt.tools.filter((each) => !possible.includes(each))) {
          void visit.ask({ type: "revoke", tool, rep: prompt.rep });
        }
      });
    // The picker opens only right from a click.
    if (allowed && !session.sharing && isHere) void visit.sharing.share();
  };

  return (
    <section
      class="grant-question"
      role="alertdialog"
      aria-labelledby={title}
      aria-describedby={text}
    >
      <h2 class="title" id={title} tabIndex={-1} ref={heading}>
        {t("{name} asks for your permission", { name })}
      </h2>
      <div id={text}>
        <p>{t("{name} would like to:", { name })}</p>
        <ul class="grant-tools">
          {prompt.tools.map((tool) => (
            <li key={tool} class={possible.includes(tool) ? "" : "grant-impossible"}>
              {toolText(tool)}
            </li>
          ))}
        </ul>
        {missing && <p class="hint">{missingText(possible.length > 0)}</p>}
        {possible.length > 0 && !session.sharing && (
          <p class="hint">
            {isHere
              ? t("If you accept, you choose next what is shown. You can stop at any moment.")
              : t("If you accept, you can then open the chat in its own tab and share from there.")}
          </p>
        )}
      </div>
      <TimeLeft visit={visit} until={prompt.until} />
      {possible.length > 0 && (
        <label class="grant-scope">
          <span>{t("Allow it")}</span>
          <select
            class="input"
            value={scope}
            onChange={(event) => setScope(event.currentTarget.value as Scope)}
          >
            {SCOPES.map(([value, label]) => (
              <option key={value} value={value}>
                {label()}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="row">
        <button class="button" disabled={answered} onClick={() => answer(false)}>
          {t("Decline")}
        </button>
        {possible.length > 0 && (
          <button class="button button-main" disabled={answered} onClick={() => answer(true)}>
            {t("Accept")}
          </button>
        )}
      </div>
    </section>
  );
}

function missingText(someIsPossible: boolean): string {
  if (!canShare()) return t("This browser cannot share a screen; on a computer it can be done.");
  return someIsPossible
    ? t("A web page can show your screen, but nobody can steer your computer through it.")
    : t("A web page cannot give this. It needs our app on your computer.");
}
