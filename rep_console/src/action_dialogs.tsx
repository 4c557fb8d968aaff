import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { ComputerDialog } from "./computer_dialog.tsx";
import { Confirmation } from "./confirmation.tsx";
import { InviteDialog } from "./invite_dialog.tsx";
import { LinkDialog } from "./link_dialog.tsx";
import { PauseDialog } from "./recording_pause.tsx";
import { TransferDialog } from "./transfer_dialog.tsx";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface DialogsProps {
  readonly workplace: Workplace;
  readonly session: Session;
}

/** What is asked before a session is passed on, returned or ended. */
export function ActionDialogs({ workplace, session }: DialogsProps) {
  const asking = useStore(workplace.asking);
  const close = () => workplace.asking.set("");
  const { id } = session;
  return (
    <>
      <TransferDialog
        opened={asking === "transfer"}
        close={close}
        workplace={workplace}
        session={session}
      />
      <InviteDialog
        opened={asking === "invite"}
        close={close}
        workplace={workplace}
        session={session}
      />
      <Confirmation
        opened={asking === "return"}
        close={close}
        title={t("Return this session to the queue?")}
        text={t("Others of the team can accept it. The customer is told and keeps their place.")}
        action={t("Return to queue")}
        confirm={() => void workplace.ask({ type: "return_to_queue", session: id })}
      />
      <Confirmation
        opened={asking === "end"}
        close={close}
        title={t("End this session?")}
        text={
          session.customer in session.gone
            ? t("The customer is away at the moment and cannot come back to it then.")
            : t("The customer is told that you have ended it.")
        }
        action={t("End session")}
        confirm={() => void workplace.ask({ type: "end", session: id })}
        isGrave
      />
      <ComputerDialog
        opened={asking === "computer"}
        close={close}
        workplace={workplace}
        session={session}
      />
      <PauseDialog opened={asking === "pause"} close={close} workplace={workplace} session={id} />
      <LinkDialog opened={asking === "link"} close={close} workplace={workplace} session={id} />
    </>
  );
}
