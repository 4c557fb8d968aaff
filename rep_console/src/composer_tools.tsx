import { t } from "@deskside/browser/catalogue";
import { EMOJI } from "@deskside/browser/emoji";
import { ActionIcon, Popover, Switch } from "@mantine/core";
import { useRef, useState } from "react";
import { Icon } from "./icons.tsx";
import type { Workplace } from "./workplace.ts";

interface ToolsProps {
  readonly workplace: Workplace;
  readonly session: string;
  readonly isNote: boolean;
  readonly canNote: boolean;
  readonly setNote: (wanted: boolean) => void;
  readonly sendFiles: (files: readonly File[]) => void;
  /** Puts something where one writes. */
  readonly insert: (piece: string) => void;
  /** Begins to look for a canned message. */
  readonly findCanned: () => void;
}

/** What stands below the text: note or message, canned messages, emoji, links. */
export function ComposerTools(props: ToolsProps) {
  const { workplace, isNote, canNote, setNote, insert, findCanned } = props;
  return (
    <div className="composer-tools">
      <Switch
        size="sm"
        label={t("Private note")}
        checked={isNote}
        disabled={!canNote && !isNote}
        onChange={(event) => setNote(event.currentTarget.checked)}
      />
      <ActionIcon
        variant="subtle"
        aria-label={t("Canned messages")}
        title={`${t("Canned messages")} (/)`}
        onClick={findCanned}
      >
        <Icon name="canned" />
      </ActionIcon>
      <EmojiButton insert={insert} />
      {canNote && <FileButton sendFiles={props.sendFiles} />}
      {canNote && (
        <ActionIcon
          variant="subtle"
          aria-label={t("Send a link")}
          title={`${t("Send a link")} (Alt+K)`}
          onClick={() => workplace.asking.set("link")}
        >
          <Icon name="link" />
        </ActionIcon>
      )}
    </div>
  );
}

function FileButton({ sendFiles }: Pick<ToolsProps, "sendFiles">) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        tabIndex={-1}
        onChange={(event) => {
          sendFiles([...(event.currentTarget.files ?? [])]);
          // The same file may be chosen again.
          event.currentTarget.value = "";
        }}
      />
      <ActionIcon
        variant="subtle"
        data-tool="file"
        aria-label={t("Send file")}
        title={`${t("Send file")} (F)`}
        onClick={() => input.current?.click()}
      >
        <Icon name="attach" />
      </ActionIcon>
    </>
  );
}

function EmojiButton({ insert }: Pick<ToolsProps, "insert">) {
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" trapFocus>
      <Popover.Target>
        <ActionIcon
          ref={button}
          variant="subtle"
          data-tool="emoji"
          aria-label={t("Emoji")}
          title={`${t("Emoji")} (O)`}
          onClick={() => setOpened(!opened)}
        >
          <Icon name="emoji" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown
        aria-label={t("Emoji")}
        // Only who picks nothing comes back to the button; who does, goes on writing.
        onKeyDown={({ key }) => key === "Escape" && button.current?.focus()}
      >
        <div className="emoji">
          {EMOJI.map(({ sign, name }) => (
            <button
              key={sign}
              type="button"
              aria-label={name()}
              title={name()}
              onClick={() => {
                setOpened(false);
                insert(sign);
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
