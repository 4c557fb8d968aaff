/** What a rep must not miss, told from what the console knows. */
import { t } from "@deskside/browser/catalogue";
import { unread } from "@deskside/browser/transcript";
import { isInvited, isOffered, serves } from "./concerns.ts";
import { customerOf } from "./customer.ts";
import { LONG_PAUSE_MS } from "./recording_pause.tsx";
import type { Workplace } from "./workplace.ts";

/** The most urgent first. */
export const KINDS = ["offer", "pause", "queue", "line"] as const;
export type Kind = (typeof KINDS)[number];

export interface Cause {
  readonly kind: Kind;
  /** The same as long as it is the same thing that must not be missed. */
  readonly key: string;
  readonly session: string;
  readonly title: string;
  readonly text: string;
}

/** Return everything that waits for the rep right now. */
export function causesOf(workplace: Workplace): readonly Cause[] {
  return [
    ...approaches(workplace),
    ...longPauses(workplace),
    ...queued(workplace),
    ...lines(workplace),
  ];
}

function approaches({ state, account }: Workplace): Cause[] {
  const { mine, dismissed } = state.get();
  return mine.flatMap(({ id, view }) => {
    const { session } = view.get();
    const asks = isOffered(session, account.party) || isInvited(session, account.party);
    if (!asks || dismissed.includes(id) || serves(session, account.party)) return [];
    const text = customerOf(view.get()).name || t("Without a name");
    const title = isOffered(session, account.party)
      ? t("A session is offered to you")
      : t("You are invited to a session");
    return [
      { kind: "offer", key: `offer ${id} ${session.offer?.until ?? 0}`, session: id, title, text },
    ];
  });
}

/** Recordings in a lead's teams that have been paused for too long. */
function longPauses(workplace: Workplace): Cause[] {
  const { boards, link } = workplace;
  return Object.values(boards.state.get().talks)
    .flat()
    .filter(({ unrecorded_since: since }) => since > 0 && link.now() - since >= LONG_PAUSE_MS)
    .map(({ session, name, owner, unrecorded_since: since }) => ({
      kind: "pause",
      key: `pause ${session} ${since}`,
      session: "",
      title: t("A recording is paused for long"),
      text: [workplace.nameOf(owner), name || t("Without a name")].filter(Boolean).join(" · "),
    }));
}

/** Who waits, as long as the rep takes sessions; what is offered to a colleague rings there. */
function queued(workplace: Workplace): Cause[] {
  const { available, queues } = workplace.state.get();
  if (!available) return [];
  return Object.values(queues)
    .flat()
    .filter(({ offered }) => !offered)
    .map(({ session, name, issue }) => ({
      kind: "queue",
      key: `queue ${session}`,
      session: "",
      title: t("Somebody is waiting"),
      text: [name || t("Without a name"), workplace.issueName(issue)].join(" · "),
    }));
}

/** Words say who wrote, not what: a notification is read by whoever passes the desk. */
function lines({ state, account }: Workplace): Cause[] {
  return state.get().mine.flatMap(({ id, view }) => {
    const seen = view.get();
    const count = serves(seen.session, account.party) ? unread(seen, account.party) : 0;
    const text = customerOf(seen).name || t("Without a name");
    if (!count) return [];
    return [
      { kind: "line", key: `line ${id} ${count}`, session: id, title: t("New message"), text },
    ];
  });
}
