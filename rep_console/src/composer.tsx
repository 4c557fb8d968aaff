import { t } from "@deskside/browser/catalogue";
import { filesOf } from "@deskside/browser/session_files";
import type { Transcript } from "@deskside/browser/transcript";
import { Button, Textarea } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { SubmitEvent, KeyboardEvent } from "react";
import { CannedPicker } from "./canned_picker.tsx";
import { ComposerTools } from "./composer_tools.tsx";
import { customerOf } from "./customer.ts";
import { Icon } from "./icons.tsx";
import { useCanned } from "./use_canned.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

/** The protocol's longest message (`protocol/fields.py`). */
const LONGEST = 4_000;

interface ComposerProps {
  readonly workplace: Workplace;
  readonly transcript: Transcript;
}

/** Where the rep writes: to the customer, or a note that only reps can read. */
export function Composer({ workplace, transcript }: ComposerProps) {
  const view = useStore(transcript.view);
  const [text, setText] = useState(() => workplace.drafts.read(transcript.id));
  const [isNote, setNote] = useState(() => workplace.drafts.isNote(transcript.id));
  const box = useRef<HTMLTextAreaElement>(null);
  const canNote = view.session.state === "talking";
  const name = customerOf(view).name || t("Without a name");
  const [caret, setCaret] = useState(text.length);
  const canned = useCanned({ workplace, view, text, caret, put });

  useEffect(() => {
    const field = box.current;
    field?.focus({ preventScroll: true });
    field?.setSelectionRange(field.value.length, field.value.length);
  }, []);

  function type(next: string): void {
    setText(next);
    workplace.drafts.put(transcript.id, next, isNote);
    // Notes are between reps: the customer must not see anybody write.
    if (next && !isNote) transcript.typed();
  }

  /** Put `piece` in the place of what lies between two places, and go on writing behind it. */
  function put(piece: string, from: number, to: number): void {
    const field = box.current;
    if (!field) return;
    field.focus();
    if (field.value.length - (to - from) + piece.length > LONGEST) return;
    field.setRangeText(piece, from, to, "end");
    setCaret(caretOf(field));
    type(field.value);
  }

  /** Put `piece` where one was writing. */
  function insert(piece: string): void {
    const field = box.current;
    if (field) put(piece, field.selectionStart, field.selectionEnd);
  }

  /** Begin to look for a canned message where one was writing. */
  function findCanned(): void {
    const before = text.slice(0, box.current?.selectionStart);
    insert(/\S$/.test(before) ? " /" : "/");
  }

  function send(): void {
    // A note that no colleague can be told must not become a message.
    if (!text.trim() || (isNote && !canNote)) return;
    workplace.say(transcript.id, text, isNote ? "note" : "say");
    setText("");
    box.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (canned.onKeyDown(event)) return;
    // Enter while composing chooses a word, in Japanese for example.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    send();
  }

  return (
    <form className={isNote ? "composer composer-note" : "composer"} onSubmit={submit}>
      <p className="composer-to">
        {isNote ? <Icon name="note" /> : <span className="composer-dot" />}
        {isNote ? t("Note for colleagues, not for {name}", { name }) : t("To {name}", { name })}
      </p>
      {canned.isOpen && <CannedPicker {...canned} />}
      <Textarea
        ref={box}
        aria-autocomplete="list"
        aria-controls={canned.isOpen ? canned.id : undefined}
        aria-activedescendant={canned.isOpen ? `${canned.id}-${canned.at}` : undefined}
        aria-label={isNote ? t("Private note") : t("Message")}
        placeholder={
          isNote ? t("Only colleagues read this…") : t("Write a message, or / for canned messages…")
        }
        autosize
        minRows={2}
        maxRows={8}
        maxLength={LONGEST}
        value={text}
        onChange={(event) => {
          setCaret(caretOf(event.currentTarget));
          type(event.currentTarget.value);
        }}
        onSelect={(event) => setCaret(caretOf(event.currentTarget))}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          const files = filesOf(event.clipboardData);
          if (!files.length || isNote) return;
          event.preventDefault();
          workplace.sendFiles(transcript, files);
        }}
      />
      <div className="composer-row">
        <ComposerTools
          workplace={workplace}
          session={transcript.id}
          sendFiles={(files) => workplace.sendFiles(transcript, files)}
          isNote={isNote}
          canNote={canNote}
          setNote={(wanted) => {
            setNote(wanted);
            workplace.drafts.put(transcript.id, text, wanted);
            box.current?.focus();
          }}
          insert={insert}
          findCanned={findCanned}
        />
        <Button
          type="submit"
          aria-label={t("Send")}
          size="compact-sm"
          color={isNote ? "orange" : "teal"}
          disabled={isNote && !canNote}
          rightSection={<Icon name="send" />}
        >
          {t("Send")}
        </Button>
      </div>
    </form>
  );
}

/** Where one writes in `field`, or -1 while some of it is selected. */
function caretOf({ selectionStart, selectionEnd }: HTMLTextAreaElement): number {
  return selectionStart === selectionEnd ? selectionStart : -1;
}
