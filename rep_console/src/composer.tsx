import { t } from "@deskside/browser/catalogue";
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
  const canned = useCanned({ workplace, view, text, change: type });

  useEffect(() => box.current?.focus({ preventScroll: true }), []);

  function type(next: string): void {
    setText(next);
    workplace.drafts.put(transcript.id, next, isNote);
    // Notes are between reps: the customer must not see anybody write.
    if (next && !isNote) transcript.typed();
  }

  /** Put `piece` where one was writing, and go on writing there. */
  function insert(piece: string): void {
    const field = box.current;
    if (!field) return;
    field.focus();
    if (field.value.length + piece.length > LONGEST) return;
    field.setRangeText(piece, field.selectionStart, field.selectionEnd, "end");
    type(field.value);
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
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div className="composer-row">
        <ComposerTools
          workplace={workplace}
          session={transcript.id}
          isNote={isNote}
          canNote={canNote}
          setNote={(wanted) => {
            setNote(wanted);
            workplace.drafts.put(transcript.id, text, wanted);
            box.current?.focus();
          }}
          insert={insert}
          findCanned={() => {
            type(/\S$/.test(text) ? `${text} /` : `${text}/`);
            box.current?.focus();
          }}
        />
        <Button
          type="submit"
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
