import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { ActionButton } from "./action_button.tsx";
import { ActionDialogs } from "./action_dialogs.tsx";
import { NudgeButton } from "./nudge_button.tsx";
import { ScreenRequests } from "./screen_asking.tsx";
import { rightsOf } from "./screen_rights.ts";
import { Watching } from "./watching.tsx";
import { useStore } from "./use_store.ts";
import type { Asking, Workplace } from "./workplace.ts";

interface ActionsProps {
  readonly workplace: Workplace;
  readonly session: Session;
}

/** What the rep can do with the session; most of it only its owner. */
export function SessionActions({ workplace, session }: ActionsProps) {
  const { open } = useStore(workplace.link.state);
  const me = workplace.account.party;
  if (session.state !== "talking") return null;
  // Where there is a picture, they stand above it.
  const screen = !rightsOf(session, me).open && (
    <ScreenRequests workplace={workplace} session={session} />
  );

  const turnTo = (asking: Asking) => () => workplace.asking.set(asking);
  const computer = (
    <ActionButton
      icon="computer"
      label={t("Computer")}
      rank={3}
      disabled={!open}
      run={turnTo("computer")}
    />
  );

  if (session.owner !== me) {
    if (!session.joined.includes(me)) return <Watching workplace={workplace} session={session} />;
    const leave = () => void workplace.ask({ type: "leave", session: session.id });
    return (
      <div className="actions" role="toolbar" aria-label={t("This session")}>
        {screen}
        {computer}
        <NudgeButton workplace={workplace} session={session} />
        <ActionButton
          icon="leave"
          label={t("Leave")}
          keys="l"
          rank={1}
          disabled={!open}
          run={leave}
        />
        <ActionDialogs workplace={workplace} session={session} />
      </div>
    );
  }
  return (
    <div className="actions" role="toolbar" aria-label={t("This session")}>
      {screen}
      {computer}
      <NudgeButton workplace={workplace} session={session} />
      {session.recording === "allowed" && !session.recording_paused && (
        <ActionButton
          icon="pause"
          label={t("Pause recording")}
          rank={3}
          disabled={!open}
          run={turnTo("pause")}
        />
      )}
      <ActionButton
        icon="transfer"
        label={t("Transfer")}
        keys="t"
        rank={2}
        disabled={!open}
        run={turnTo("transfer")}
      />
      <ActionButton
        icon="invite"
        label={t("Invite")}
        keys="i"
        rank={3}
        disabled={!open}
        run={turnTo("invite")}
      />
      <ActionButton
        icon="return"
        label={t("Return to queue")}
        keys="r"
        rank={3}
        disabled={!open}
        run={turnTo("return")}
      />
      <ActionButton
        icon="end"
        label={t("End session")}
        keys="e"
        rank={1}
        disabled={!open}
        run={turnTo("end")}
        isGrave
      />
      <ActionDialogs workplace={workplace} session={session} />
    </div>
  );
}
