/** A session that a colleague or the broker wants this rep to take part in, and the answer. */
import { t } from "@deskside/browser/catalogue";
import type { Fact } from "@deskside/browser/contract";
import { stopwatch } from "@deskside/browser/times";
import type { Transcript, View } from "@deskside/browser/transcript";
import { Button } from "@mantine/core";
import { isInvited, isOffered } from "./concerns.ts";
import { Ring } from "./ring.tsx";
import { EarlierCount } from "./earlier_visits.tsx";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface ApproachProps {
  readonly workplace: Workplace;
  readonly transcript: Transcript;
}

/** What is asked of the rep in this session, if anything, with the buttons that answer it. */
export function Approach({ workplace, transcript }: ApproachProps) {
  const { session } = useStore(transcript.view);
  const me = workplace.account.party;
  if (isOffered(session, me)) return <Offer workplace={workplace} transcript={transcript} />;
  if (isInvited(session, me)) return <Invitation workplace={workplace} transcript={transcript} />;
  return null;
}

function Offer({ workplace, transcript }: ApproachProps) {
  const { session } = useStore(transcript.view);
  const { open } = useStore(workplace.link.state);
  const until = session.offer?.until ?? 0;
  const left = until - useNow(workplace.link);
  const { direct_seconds, offer_seconds } = session.rules;
  const seconds = session.offer?.reason === "direct" ? direct_seconds : offer_seconds;
  const { id } = transcript;
  return (
    <div className="approach">
      <Button size="xs" disabled={!open} onClick={() => void workplace.accept(id)}>
        {t("Accept")}
      </Button>
      <Button
        size="xs"
        variant="default"
        disabled={!open}
        onClick={() => void workplace.ask({ type: "decline", session: id })}
      >
        {t("Decline")}
      </Button>
      <span className="approach-left" role="timer" aria-label={t("Time left to accept")}>
        <Ring key={until} ms={left} of={seconds * 1000} />
        {stopwatch(left)}
      </span>
      <EarlierCount workplace={workplace} session={id} />
    </div>
  );
}

function Invitation({ workplace, transcript }: ApproachProps) {
  const { open } = useStore(workplace.link.state);
  const { id } = transcript;
  return (
    <div className="approach">
      <Button size="xs" disabled={!open} onClick={() => void workplace.comeIn("join", id)}>
        {t("Join")}
      </Button>
      <Button size="xs" variant="default" onClick={() => workplace.dismissInvitation(id)}>
        {t("Not now")}
      </Button>
    </div>
  );
}

/** Return who wants what of `me`, in a few words, or nothing. */
export function approachText(view: View, me: string, nameOf: (party: string) => string): string {
  const { session, entries } = view;
  const by = (kind: Fact["type"]) =>
    nameOf(entries.findLast(({ fact }) => fact.type === kind)?.fact.by ?? "");
  if (isOffered(session, me)) {
    const name = by("offered");
    return name ? t("{name} offers you this session", { name }) : t("Offered to you");
  }
  if (isInvited(session, me)) return t("{name} invites you", { name: by("invited") });
  return "";
}
