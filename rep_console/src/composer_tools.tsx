import { t } from "@deskside/browser/catalogue";
import { EMOJI } from "@deskside/browser/emoji";
import { ActionIcon, Popover, Switch } from "@mantine/core";
import { useState } from "react";
import { Icon } from "./icons.tsx";
import type { Workplace } from "./workplace.ts";

interface ToolsProps {
  readonly workplace: Workplace;
  readonly session: string;
  readonly isNote: boolean;
  readonly canNote: boolean;
  readonly setNote: (wanted: boolean) => void;
  /** Puts something at the end of what is written. */
  readonly add: (piece: string) => void;
}

/** What stands below the text: note or message, canned messages, emoji, links. */
export function ComposerTools(props: ToolsProps) {
  const { workplace, isNote, canNote, setNote, add } = props;
  return (
    <div className="composer-tools">
      <Switch
        size="sm"
        label={t("Private note")}
        checked={isNote}
        disabled={!canNote}
        onChange={(event) => setNote(event.currentTarget.checked)}
      />
      <ActionIcon
        variant="subtle"
        aria-label={t("Canned messages")}
        title={`${t("Canned messages")} (/)`}
        onClick={() => add("/")}
      >
        <Icon name="canned" />
      </ActionIcon>
      <EmojiButton add={add} />
      {canNote && (
        <ActionIcon
          variant="subtle"
          aria-label={t("Send a link")}
          title={t("Send a link")}
          onClick={() => workplace.asking.set("link")}
        >
          <Icon name="link" />
        </ActionIcon>
      )}
    </div>
  );
}

function EmojiButton({ add }: Pick<ToolsProps, "add">) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          aria-label={t("Emoji")}
          title={t("Emoji")}
          onClick={() => setOpened(!opened)}
        >
          <Icon name="emoji" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("Emoji")}>
        <div className="emoji">
          {EMOJI.map(({ sign, name }) => (
            <button
              key={sign}
              type="button"
              aria-label={name()}
              title={name()}
              onClick={() => {
                setOpened(false);
                add(sign);
              }}
            >
              {sign}
            </button>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
