import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { Button } from "@mantine/core";
import { useState } from "react";
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
      <Button
        variant="subtle"
        size="compact-sm"
        disabled={!open}
        onClick={() => void workplace.comeIn("join", id)}
      >
        {t("Join")}
      </Button>
      <Button variant="subtle" size="compact-sm" disabled={!open} onClick={() => setTaking(true)}>
        {t("Take over")}
      </Button>
      <Button
        variant="default"
        size="compact-sm"
        disabled={!open}
        onClick={() => void workplace.ask({ type: "stop_monitoring", session: id })}
      >
        {t("Look away")}
      </Button>
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
