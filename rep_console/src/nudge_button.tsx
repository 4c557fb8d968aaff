import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { Icon } from "./icons.tsx";
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
    <Button
      className="action"
      variant="subtle"
      size="compact-sm"
      leftSection={<Icon name="nudge" />}
      disabled={!open || isTooSoon}
      title={isTooSoon ? t("Nudged a moment ago") : undefined}
      onClick={() => void workplace.ask({ type: "nudge", session: session.id })}
    >
      {t("Nudge")}
    </Button>
  );
}
