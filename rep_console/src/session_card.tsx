import { plural, t } from "@deskside/browser/catalogue";
import { erasedText } from "@deskside/browser/erased";
import { stopwatch } from "@deskside/browser/times";
import { unread } from "@deskside/browser/transcript";
import type { Transcript, View } from "@deskside/browser/transcript";
import { ActionIcon } from "@mantine/core";
import { Approach, approachText } from "./approach.tsx";
import { Avatar, toneOf } from "./avatar.tsx";
import { serves, watches } from "./concerns.ts";
import { customerOf } from "./customer.ts";
import { Icon } from "./icons.tsx";
import { awaitedSince } from "./my_order.ts";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

/** From here on a customer waits long, and from there on too long. */
export const LONG_MS = 60_000;
export const TOO_LONG_MS = 180_000;

interface CardProps {
  readonly workplace: Workplace;
  readonly transcript: Transcript;
  /** Its place in the list, which is also the key that opens it. */
  readonly number: number;
  readonly isOpen: boolean;
}

/** One session in the list: whose it is, what was said last, and how long an answer is owed. */
export function SessionCard({ workplace, transcript, number, isOpen }: CardProps) {
  const view = useStore(transcript.view);
  const { ids: pinned } = useStore(workplace.pins);
  const me = workplace.account.party;
  const { id } = transcript;
  const name = customerOf(view).name || t("Without a name");
  const count = isOpen ? 0 : unread(view, me);
  const isPinned = pinned.includes(id);
  const hue = workplace.tones.hueOf(id);
  const classes = [
    "session-item",
    isOpen && "session-open",
    view.session.state === "ended" && "session-ended",
  ];
  return (
    <li className={classes.filter(Boolean).join(" ")} style={toneOf(hue)}>
      <button
        className="session"
        aria-current={isOpen}
        title={number <= 10 ? `Alt+${number % 10}` : undefined}
        onClick={() => workplace.choose(id)}
      >
        <Avatar name={customerOf(view).name} hue={hue} />
        <span className="session-words">
          <span className="session-name">{name}</span>
          <LastWords workplace={workplace} view={view} isOpen={isOpen} />
        </span>
        <span className="session-side">
          <Awaited workplace={workplace} view={view} />
          {count > 0 && (
            <span
              className="unread"
              aria-label={plural(count, "{count} unread line", "{count} unread lines")}
            >
              {count}
            </span>
          )}
          {number <= 10 && <kbd className="session-key">{number % 10}</kbd>}
        </span>
      </button>
      <ActionIcon
        className={isPinned ? "session-pin session-pinned" : "session-pin"}
        variant="subtle"
        size="sm"
        aria-pressed={isPinned}
        aria-label={t("Pin {name}", { name })}
        onClick={() => workplace.pin(id, !isPinned)}
      >
        <Icon name="pin" />
      </ActionIcon>
      <Approach workplace={workplace} transcript={transcript} />
    </li>
  );
}

/** How long the customer has been waiting for an answer. */
function Awaited({ workplace, view }: { workplace: Workplace; view: View }) {
  const isMine = view.session.owner === workplace.account.party;
  const since = isMine ? awaitedSince(view) : 0;
  return since ? <AwaitedTime workplace={workplace} since={since} /> : null;
}

function AwaitedTime({ workplace, since }: { workplace: Workplace; since: number }) {
  const ms = useNow(workplace.link) - since;
  const urgency = ms >= TOO_LONG_MS ? "awaited-too-long" : ms >= LONG_MS ? "awaited-long" : "";
  return (
    <span className={`awaited ${urgency}`} role="timer" aria-label={t("Waits for an answer")}>
      {stopwatch(ms)}
    </span>
  );
}

function LastWords({
  workplace,
  view,
  isOpen,
}: Pick<CardProps, "workplace" | "isOpen"> & { view: View }) {
  const me = workplace.account.party;
  const approach = approachText(view, me, (party) => workplace.nameOf(party));
  const state = approach || stateText(view, me);
  const draft = isOpen ? "" : workplace.drafts.read(view.session.id);
  if (!state && draft) {
    return (
      <span className="session-last">
        <b className="session-draft">{t("Draft")}</b> {draft}
      </span>
    );
  }
  return (
    <span className={state ? "session-last session-state" : "session-last"}>
      {state || lastLine(view, me)}
    </span>
  );
}

function stateText({ session, writing }: View, me: string): string {
  if (session.state === "ended") return t("Ended");
  if (watches(session, me)) return t("You look in");
  if (session.state === "calling") return t("Is being called");
  if (!serves(session, me)) return "";
  if (session.customer in session.gone) return t("The customer is away");
  return writing.includes(session.customer) ? t("Writing…") : "";
}

function lastLine({ entries, session }: View, me: string): string {
  const last = entries.findLast(({ fact }) => fact.type === "said");
  if (last?.fact.type !== "said") return t("Nothing written yet");
  if (last.fact.erased) return erasedText(last.fact, session);
  return last.fact.by === me ? t("You: {text}", { text: last.fact.text }) : last.fact.text;
}
