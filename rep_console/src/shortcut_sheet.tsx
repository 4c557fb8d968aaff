import { t } from "@deskside/browser/catalogue";
import { WAY_OUT } from "@deskside/browser/picture_input";
import type { Command } from "./commands.ts";
import { Dialog } from "./dialog.tsx";
import { KeyCaps } from "./key_caps.tsx";

interface SheetProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly commands: () => readonly Command[];
}

/** All keys at a glance. */
export function ShortcutSheet({ opened, close, commands }: SheetProps) {
  return (
    <Dialog opened={opened} close={close} title={t("Keyboard shortcuts")} size="lg">
      {opened && <Sheet commands={commands()} />}
    </Dialog>
  );
}

function Sheet({ commands }: { commands: readonly Command[] }) {
  const writing: readonly [string, string][] = [
    [t("Send"), "Enter"],
    [t("Send at once, without undo"), "Ctrl+Enter"],
    [t("New line"), "Shift+Enter"],
  ];
  const withKeys = commands.filter(({ keys, id }) => keys?.length && !id.startsWith("open "));
  const groups = [...new Set(withKeys.map(({ group }) => group))];
  return (
    <div className="sheet">
      <section>
        <h3>{t("General")}</h3>
        <Row label={t("What do you want to do?")} keys={["Ctrl+K"]} />
        <Row label={t("Keyboard shortcuts")} keys={["?"]} />
        <Row label={t("Open a session by its number")} keys={["Alt+1", "Alt+0"]} />
        <Row label={t("Get the keyboard back from a customer's computer")} keys={[WAY_OUT]} />
      </section>
      <section>
        <h3>{t("Writing")}</h3>
        {writing.map(([label, keys]) => (
          <Row key={keys} label={label} keys={[keys]} />
        ))}
      </section>
      {groups.map((group) => (
        <section key={group}>
          <h3>{group}</h3>
          {withKeys
            .filter((command) => command.group === group)
            .map(({ id, label, keys = [] }) => (
              <Row key={id} label={label} keys={keys} />
            ))}
        </section>
      ))}
      <p className="sheet-hint">
        {t("Single keys work outside of text; they can be switched off in the settings.")}
      </p>
    </div>
  );
}

function Row({ label, keys }: { label: string; keys: readonly string[] }) {
  return (
    <p className="sheet-row">
      <span>{label}</span>
      <span className="sheet-keys">
        {keys.map((each) => (
          <KeyCaps key={each} keys={each} />
        ))}
      </span>
    </p>
  );
}
