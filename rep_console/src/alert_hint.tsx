import { t } from "@deskside/browser/catalogue";
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { Alarm } from "./alarm.ts";
import { Icon } from "./icons.tsx";
import { useStore } from "./use_store.ts";

/** Says what the browser keeps back of our alerts, and what helps. */
export function AlertHint({ alarm }: { alarm: Alarm }) {
  const isBlocked = useStore(alarm.sounds.blocked);
  const leave = useStore(alarm.notifications.leave);
  const { notifies, volume } = useStore(alarm.choices);
  return (
    <div className="banner" role="status">
      {isBlocked && volume > 0 && (
        <Hint text={t("The browser keeps sounds back until you click.")}>
          <Button size="compact-xs" variant="default" onClick={() => void alarm.sounds.wake()}>
            {t("Turn on sounds")}
          </Button>
        </Hint>
      )}
      {notifies && leave === "default" && (
        <Hint text={t("Notifications tell you of customers while this window is hidden.")}>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => void alarm.notifications.ask()}
          >
            {t("Allow notifications")}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => alarm.choices.patch({ notifies: false })}
          >
            {t("Not now")}
          </Button>
        </Hint>
      )}
      {notifies && leave === "denied" && (
        <Hint text={t("Notifications are blocked in the browser's settings for this site.")}>
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => alarm.choices.patch({ notifies: false })}
          >
            {t("I know")}
          </Button>
        </Hint>
      )}
    </div>
  );
}

function Hint({ text, children }: { text: string; children: ReactNode }) {
  return (
    <p className="hint">
      <Icon name="bell_off" />
      {text}
      {children}
    </p>
  );
}
