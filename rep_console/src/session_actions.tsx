import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { Button } from "@mantine/core";
import { ActionDialogs } from "./action_dialogs.tsx";
import { Icon } from "./icons.tsx";
import type { IconName } from "./icons.tsx";
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

  if (session.owner !== me) {
    if (!session.joined.includes(me)) return <Watching workplace={workplace} session={session} />;
    const leave = () => void workplace.ask({ type: "leave", session: session.id });
    return (
      <div className="actions" role="toolbar" aria-label={t("This session")}>
        {screen}
        <NudgeButton workplace={workplace} session={session} />
        <Action icon="leave" label={t("Leave")} disabled={!open} run={leave} />
        <ActionDialogs workplace={workplace} session={session} />
      </div>
    );
  }
  const turnTo = (asking: Asking) => () => workplace.asking.set(asking);
  return (
    <div className="actions" role="toolbar" aria-label={t("This session")}>
      {screen}
      <NudgeButton workplace={workplace} session={session} />
      <Action icon="transfer" label={t("Transfer")} disabled={!open} run={turnTo("transfer")} />
      <Action icon="invite" label={t("Invite")} disabled={!open} run={turnTo("invite")} />
      <Action icon="return" label={t("Return to queue")} disabled={!open} run={turnTo("return")} />
      <Action icon="end" label={t("End session")} disabled={!open} run={turnTo("end")} isGrave />
      <ActionDialogs workplace={workplace} session={session} />
    </div>
  );
}

interface ActionProps {
  readonly icon: IconName;
  readonly label: string;
  readonly disabled: boolean;
  readonly run: () => void;
  readonly isGrave?: boolean;
}

function Action({ icon, label, disabled, run, isGrave = false }: ActionProps) {
  return (
    <Button
      className={isGrave ? "action action-grave" : "action"}
      variant="subtle"
      size="compact-sm"
      leftSection={<Icon name={icon} />}
      disabled={disabled}
      onClick={run}
    >
      {label}
    </Button>
  );
}
