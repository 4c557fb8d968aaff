import { t } from "@deskside/browser/catalogue";
import { ActionIcon } from "@mantine/core";
import { Icon } from "./icons.tsx";
import type { Preferences } from "./preferences.ts";
import { useStore } from "./use_store.ts";

/** Shows or hides what is known of the customer. */
export function FactsToggle({ preferences }: { preferences: Preferences }) {
  const { showsFacts } = useStore(preferences.layout);
  return (
    <ActionIcon
      className="facts-toggle"
      variant="subtle"
      aria-label={t("Customer's details")}
      aria-pressed={showsFacts}
      onClick={() => preferences.layout.patch({ showsFacts: !showsFacts })}
    >
      <Icon name="panel" />
    </ActionIcon>
  );
}
