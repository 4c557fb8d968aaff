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

/** All keys at a glance, also of what cannot be done right now. */
export function ShortcutSheet({ opened, close, commands }: SheetProps) {
  return (
    <Dialog opened={opened} close={close} title={t("Keyboard shortcuts")} size="xl">
      {opened && <Sheet commands={commands()} />}
    </Dialog>
  );
}

function Sheet({ commands }: { commands: readonly Command[] }) {
  const writing: readonly [string, string][] = [
    [t("Send"), "Enter"],
    [t("New line"), "Shift+Enter"],
    [t("Canned messages"), "/"],
  ];
  const withKeys = commands.filter(({ keys, id }) => keys?.length && !id.startsWith("open "));
  const groups = new Set(withKeys.map(({ group }) => group));
  groups.delete(t("General"));
  const rowsOf = (wanted: string) =>
    withKeys
      .filter(({ group }) => group === wanted)
      .map(({ id, label, keys = [] }) => <Row key={id} label={label} keys={keys} />);
  return (
    <div className="sheet">
      <section>
        <h3>{t("General")}</h3>
        {rowsOf(t("General"))}
        <Row label={t("Open a session by its number")} keys={["Alt+1", "Alt+0"]} />
        <Row label={t("Get the keyboard back from a customer's computer")} keys={[WAY_OUT]} />
      </section>
      <section>
        <h3>{t("Writing")}</h3>
        {writing.map(([label, keys]) => (
          <Row key={keys} label={label} keys={[keys]} />
        ))}
      </section>
      {[...groups].map((group) => (
        <section key={group}>
          <h3>{group}</h3>
          {rowsOf(group)}
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
