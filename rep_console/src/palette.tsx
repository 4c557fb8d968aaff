import { t } from "@deskside/browser/catalogue";
import { TextInput } from "@mantine/core";
import { useId, useState } from "react";
import type { KeyboardEvent } from "react";
import type { Command } from "./commands.ts";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";
import { KeyCaps } from "./key_caps.tsx";

interface PaletteProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly commands: () => readonly Command[];
}

/** Everything that can be done, found by typing. */
export function Palette({ opened, close, commands }: PaletteProps) {
  return (
    <Dialog opened={opened} close={close} title={t("What do you want to do?")} size="lg" isBare>
      <Finder close={close} commands={commands()} />
    </Dialog>
  );
}

function Finder({ close, commands }: { close: () => void; commands: readonly Command[] }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const found = commands.filter((command) => fits(command, typed));
  const current = found[Math.min(at, found.length - 1)];

  function run(command: Command | undefined): void {
    if (!command) return;
    close();
    // After the dialog has given the focus back.
    setTimeout(command.run, 0);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((at + step + found.length) % Math.max(1, found.length));
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) run(current);
    else return;
    event.preventDefault();
  }

  return (
    <>
      <TextInput
        role="combobox"
        aria-label={t("Command")}
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={current && `${id}-${current.id}`}
        aria-autocomplete="list"
        placeholder={t("Type a command or a customer's name…")}
        leftSection={<Icon name="search" />}
        data-autofocus
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul className="palette" role="listbox" id={id} aria-label={t("Commands")}>
        {found.map((command, index) => (
          <li
            key={command.id}
            id={`${id}-${command.id}`}
            role="option"
            aria-selected={command === current}
            ref={(element) => {
              if (command === current) element?.scrollIntoView({ block: "nearest" });
            }}
            onPointerMove={() => setAt(index)}
            onClick={() => run(command)}
          >
            <Icon name={command.icon} />
            <span className="palette-label">{command.label}</span>
            <span className="palette-group">{command.group}</span>
            <KeyCaps keys={command.keys?.[0] ?? ""} />
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="panel-empty">{t("Nothing found.")}</p>}
    </>
  );
}

/** Every word typed begins or stands somewhere in the label or its group; accents do not matter. */
function fits({ label, group }: Command, typed: string): boolean {
  const text = plain(`${label} ${group}`);
  return plain(typed)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
