import { t } from "@deskside/browser/catalogue";
import { Button, NativeSelect, Slider, Switch } from "@mantine/core";
import type { Alarm } from "./alarm.ts";
import { Setting, SettingsGroup } from "./setting.tsx";
import { useStore } from "./use_store.ts";

/** How the rep is called, and a button to try it. */
export function AlertSettings({ alarm }: { alarm: Alarm }) {
  const choices = useStore(alarm.choices);
  const isBlocked = useStore(alarm.sounds.blocked);
  const kinds = [
    ["offer", t("A session is offered to me")],
    ["queue", t("Somebody waits in the queue")],
    ["line", t("A customer writes")],
    ["pause", t("A recording in my team is paused for long")],
  ] as const;
  return (
    <SettingsGroup title={t("Alerts")}>
      {kinds.map(([kind, name]) => (
        <Setting key={kind} name={t("Sound: {what}", { what: name })}>
          {(id) => (
            <Switch
              aria-labelledby={id}
              checked={choices[kind]}
              onChange={(event) => alarm.choices.patch({ [kind]: event.currentTarget.checked })}
            />
          )}
        </Setting>
      ))}
      <Setting name={t("Volume")}>
        {(id) => (
          <Slider
            className="setting-slider"
            thumbProps={{ "aria-labelledby": id }}
            label={null}
            min={0}
            max={100}
            step={5}
            value={Math.round(choices.volume * 100)}
            onChange={(value) => alarm.choices.patch({ volume: value / 100 })}
          />
        )}
      </Setting>
      <Setting name={t("Ring again")} about={t("As long as somebody waits or an offer is open.")}>
        {(id) => (
          <NativeSelect
            aria-labelledby={id}
            value={String(choices.repeatSeconds)}
            data={[
              { value: "0", label: t("Never") },
              ...[10, 15, 30, 60].map((seconds) => ({
                value: String(seconds),
                label: t("Every {seconds} s", { seconds }),
              })),
            ]}
            onChange={(event) =>
              alarm.choices.patch({ repeatSeconds: Number(event.currentTarget.value) })
            }
          />
        )}
      </Setting>
      <Setting name={t("Desktop notifications")} about={notificationText(alarm)}>
        {(id) => (
          <Switch
            aria-labelledby={id}
            checked={choices.notifies}
            onChange={(event) => {
              const notifies = event.currentTarget.checked;
              alarm.choices.patch({ notifies });
              if (notifies) void alarm.notifications.ask();
            }}
          />
        )}
      </Setting>
      <Setting
        name={t("Try it")}
        about={isBlocked ? t("The browser keeps sounds back until you click.") : ""}
      >
        {() => (
          <Button size="compact-md" variant="default" onClick={() => void alarm.test()}>
            {t("Test alert")}
          </Button>
        )}
      </Setting>
    </SettingsGroup>
  );
}

function notificationText(alarm: Alarm): string {
  switch (alarm.notifications.leave.get()) {
    case "granted":
      return t("Allowed");
    case "denied":
      return t("Notifications are blocked in the browser's settings for this site.");
    case "default":
      return t("Not answered yet");
    case "impossible":
      return t("This browser cannot show notifications.");
  }
}
