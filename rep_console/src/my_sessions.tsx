import { t } from "@deskside/browser/catalogue";
import { unread } from "@deskside/browser/transcript";
import type { Transcript, View } from "@deskside/browser/transcript";
import { Badge } from "@mantine/core";
import { Approach, approachText } from "./approach.tsx";
import { isInvited, serves } from "./concerns.ts";
import { customerOf } from "./customer.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface MySessionsProps {
  readonly workplace: Workplace;
  readonly open: Transcript | undefined;
}

/** The sessions the rep serves or is offered, and those that ended a moment ago. */
export function MySessions({ workplace, open }: MySessionsProps) {
  const { mine } = useStore(workplace.state);
  return (
    <section className="panel panel-mine" aria-label={t("My sessions")}>
      <h2 className="panel-title">{t("My sessions")}</h2>
      {mine.length === 0 && (
        <p className="panel-empty">{t("Accept somebody from the queue to begin.")}</p>
      )}
      <ul className="cards">
        {mine.map((transcript) => (
          <SessionCard
            key={transcript.id}
            workplace={workplace}
            transcript={transcript}
            isOpen={transcript === open}
          />
        ))}
      </ul>
    </section>
  );
}

interface CardProps {
  readonly workplace: Workplace;
  readonly transcript: Transcript;
  readonly isOpen: boolean;
}

function SessionCard({ workplace, transcript, isOpen }: CardProps) {
  const view = useStore(transcript.view);
  const me = workplace.account.party;
  const { dismissed } = useStore(workplace.state);
  const count = isOpen ? 0 : unread(view, me);
  if (isInvited(view.session, me) && dismissed.includes(transcript.id)) return null;
  const approach = approachText(view, me, (party) => workplace.nameOf(party));
  return (
    <li>
      <button
        className="session"
        aria-current={isOpen}
        onClick={() => workplace.choose(transcript.id)}
      >
        <span className="session-name">{customerOf(view).name || t("Without a name")}</span>
        <span className="session-last">{approach || stateText(view, me) || lastLine(view)}</span>
        {count > 0 && (
          <Badge className="session-unread" circle aria-label={t("{count} unread", { count })}>
            {count}
          </Badge>
        )}
      </button>
      <Approach workplace={workplace} transcript={transcript} />
    </li>
  );
}

function stateText({ session, writing }: View, me: string): string {
  if (session.state === "ended") return t("Ended");
  if (!serves(session, me)) return "";
  if (session.customer in session.gone) return t("The customer is away");
  return writing.includes(session.customer) ? t("Writing…") : "";
}

function lastLine({ entries }: View): string {
  const last = entries.findLast(({ fact }) => fact.type === "said");
  if (last?.fact.type !== "said") return t("Nothing written yet");
  return last.fact.erased ? t("Deleted") : last.fact.text;
}
