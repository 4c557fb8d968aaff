import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { useState } from "react";
import { ActionButton } from "./action_button.tsx";
import { watches } from "./concerns.ts";
import { Confirmation } from "./confirmation.tsx";
import { Icon } from "./icons.tsx";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface WatchingProps {
  readonly workplace: Workplace;
  readonly session: Session;
}

/** What a lead who looks in can do: take part, take over, or look away. */
export function Watching({ workplace, session }: WatchingProps) {
  const { open } = useStore(workplace.link.state);
  const [isTaking, setTaking] = useState(false);
  const me = workplace.account.party;
  if (!watches(session, me)) return null;
  const isKnown = session.announced.includes(me);
  const { id } = session;
  return (
    <div className="actions" role="toolbar" aria-label={t("This session")}>
      <span className={isKnown ? "watching" : "watching watching-unseen"}>
        <Icon name="eye" />
        {isKnown ? t("You look in; everybody was told") : t("You look in unseen")}
      </span>
      <ActionButton
        icon="invite"
        label={t("Join")}
        rank={3}
        disabled={!open}
        run={() => void workplace.comeIn("join", id)}
      />
      <ActionButton
        icon="transfer"
        label={t("Take over")}
        rank={2}
        disabled={!open}
        run={() => setTaking(true)}
      />
      <ActionButton
        icon="leave"
        label={t("Look away")}
        rank={1}
        disabled={!open}
        run={() => void workplace.ask({ type: "stop_monitoring", session: id })}
      />
      <Confirmation
        opened={isTaking}
        close={() => setTaking(false)}
        title={t("Take the session over?")}
        text={t("You become responsible for this customer. {rep} stays in the session.", {
          rep: session.names[session.owner] ?? workplace.nameOf(session.owner),
        })}
        action={t("Take over")}
        confirm={() => void workplace.comeIn("take_over", id)}
      />
    </div>
  );
}
