import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { Button } from "@mantine/core";
import { useState } from "react";
import { Confirmation } from "./confirmation.tsx";
import { InviteDialog } from "./invite_dialog.tsx";
import { TransferDialog } from "./transfer_dialog.tsx";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface ActionsProps {
  readonly workplace: Workplace;
  readonly session: Session;
}

type Asking = "" | "transfer" | "invite" | "return" | "end";

/** What the rep can do with the session; most of it only its owner. */
export function SessionActions({ workplace, session }: ActionsProps) {
  const [asking, setAsking] = useState<Asking>("");
  const { open } = useStore(workplace.link.state);
  const me = workplace.account.party;
  const { id } = session;
  const close = () => setAsking("");
  if (session.state !== "talking") return null;

  const nudge = (
    <Button
      variant="default"
      size="sm"
      disabled={!open}
      onClick={() => void workplace.ask({ type: "nudge", session: id })}
    >
      {t("Nudge")}
    </Button>
  );
  if (session.owner !== me) {
    if (!session.joined.includes(me)) return null;
    return (
      <div className="actions">
        {nudge}
        <Button
          variant="default"
          size="sm"
          disabled={!open}
          onClick={() => void workplace.ask({ type: "leave", session: id })}
        >
          {t("Leave")}
        </Button>
      </div>
    );
  }
  return (
    <div className="actions">
      {nudge}
      <Button variant="default" size="sm" disabled={!open} onClick={() => setAsking("transfer")}>
        {t("Transfer")}
      </Button>
      <Button variant="default" size="sm" disabled={!open} onClick={() => setAsking("invite")}>
        {t("Invite")}
      </Button>
      <Button variant="default" size="sm" disabled={!open} onClick={() => setAsking("return")}>
        {t("Return to queue")}
      </Button>
      <Button
        variant="light"
        color="red"
        size="sm"
        disabled={!open}
        onClick={() => setAsking("end")}
      >
        {t("End session")}
      </Button>
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
        text={t("The customer is told that you have ended it.")}
        action={t("End session")}
        confirm={() => void workplace.ask({ type: "end", session: id })}
        isGrave
      />
    </div>
  );
}
