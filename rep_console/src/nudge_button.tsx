import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { useEffect, useState } from "react";
import { ActionButton } from "./action_button.tsx";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface NudgeProps {
  readonly workplace: Workplace;
  readonly session: Session;
}

/** Gets the attention of a customer who looks elsewhere; not again before the site's limit. */
export function NudgeButton({ workplace, session }: NudgeProps) {
  const { open } = useStore(workplace.link.state);
  const again = session.nudged_at + session.rules.nudge_seconds * 1000;
  const [isTooSoon, setTooSoon] = useState(() => workplace.link.now() < again);
  useEffect(() => {
    const left = again - workplace.link.now();
    const timers = [
      setTimeout(() => setTooSoon(left > 0), 0),
      setTimeout(() => setTooSoon(false), Math.max(0, left)),
    ];
    return () => timers.forEach(clearTimeout);
  }, [again, workplace]);
  return (
    <ActionButton
      icon="nudge"
      label={t("Nudge")}
      keys="n"
      rank={3}
      disabled={!open || isTooSoon}
      why={isTooSoon ? t("Nudged a moment ago") : undefined}
      run={() => void workplace.ask({ type: "nudge", session: session.id })}
    />
  );
}
