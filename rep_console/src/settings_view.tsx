import { LANGUAGES, language, t } from "@deskside/browser/catalogue";
import { NativeSelect, SegmentedControl, Switch } from "@mantine/core";
import { AlertSettings } from "./alert_settings.tsx";
import { nativeName } from "./native_name.ts";
import type { Look } from "./preferences.ts";
import { PhotoSettings } from "./photo_settings.tsx";
import { SecuritySettings } from "./security_settings.tsx";
import { Setting, SettingsGroup } from "./setting.tsx";
import { useStore } from "./use_store.ts";
import type { ViewProps } from "./views.tsx";

/** What a rep can set for themselves. */
export function SettingsView(props: ViewProps) {
  return (
    <div className="page">
      <div className="page-column">
        <LookSettings {...props} />
        <HabitSettings {...props} />
        {props.workplace.alarm && <AlertSettings alarm={props.workplace.alarm} />}
        <PhotoSettings workplace={props.workplace} />
        <SecuritySettings />
      </div>
    </div>
  );
}

function LookSettings({ preferences }: ViewProps) {
  const { scheme, density } = useStore(preferences.look);
  const change = (look: Partial<Look>) => preferences.look.patch(look);
  return (
    <SettingsGroup
      title={t("Appearance")}
      about={t("It follows you to every device where you sign in.")}
    >
      <Setting name={t("Language")}>
        {(id) => (
          <NativeSelect
            aria-labelledby={id}
            value={language()}
            data={LANGUAGES.map((value) => ({ value, label: nativeName(value) }))}
            onChange={(event) => {
              change({ language: event.currentTarget.value });
              // The words are chosen once, before anything is drawn.
              location.reload();
            }}
          />
        )}
      </Setting>
      <Setting name={t("Colours")}>
        {(id) => (
          <SegmentedControl
            aria-labelledby={id}
            value={scheme}
            data={[
              { value: "auto", label: t("As the system") },
              { value: "light", label: t("Light") },
              { value: "dark", label: t("Dark") },
            ]}
            onChange={(value) => change({ scheme: value })}
          />
        )}
      </Setting>
      <Setting name={t("Density")}>
        {(id) => (
          <SegmentedControl
            aria-labelledby={id}
            value={density}
            data={[
              { value: "comfortable", label: t("Comfortable") },
              { value: "compact", label: t("Compact") },
            ]}
            onChange={(value) => change({ density: value })}
          />
        )}
      </Setting>
    </SettingsGroup>
  );
}

function HabitSettings({ preferences }: ViewProps) {
  const { singleKeys } = useStore(preferences.habits);
  return (
    <SettingsGroup title={t("Writing and keys")}>
      <Setting
        name={t("Single keys")}
        about={t("Letters alone do something outside of text, such as U for who waits longest.")}
      >
        {(id) => (
          <Switch
            aria-labelledby={id}
            checked={singleKeys}
            onChange={(event) =>
              preferences.habits.patch({ singleKeys: event.currentTarget.checked })
            }
          />
        )}
      </Setting>
    </SettingsGroup>
  );
}
