import { t } from "@deskside/browser/catalogue";
import type { Transcript } from "@deskside/browser/transcript";
import { Button, Switch, Textarea } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { SubmitEvent, KeyboardEvent } from "react";
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
  const { session } = useStore(transcript.view);
  const [text, setText] = useState(() => workplace.drafts.read(transcript.id));
  const [wantsNote, setNote] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const canNote = session.state === "talking";
  const isNote = wantsNote && canNote;

  useEffect(() => box.current?.focus({ preventScroll: true }), []);

  function type(next: string): void {
    setText(next);
    workplace.drafts.write(transcript.id, next);
    // Notes are between reps: the customer must not see anybody write.
    if (next && !isNote) transcript.typed();
  }

  function send(event: SubmitEvent | KeyboardEvent): void {
    event.preventDefault();
    if (!text.trim()) return;
    workplace.say(transcript.id, text, isNote ? "note" : "say");
    setText("");
    box.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    // Enter while composing chooses a word, in Japanese for example.
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) send(event);
  }

  return (
    <form className={isNote ? "composer composer-note" : "composer"} onSubmit={send}>
      <Textarea
        ref={box}
        aria-label={isNote ? t("Private note") : t("Message")}
        placeholder={isNote ? t("Only colleagues read this…") : t("Write a message…")}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={LONGEST}
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div className="composer-row">
        <Switch
          size="sm"
          label={t("Private note")}
          checked={isNote}
          disabled={!canNote}
          onChange={(event) => setNote(event.currentTarget.checked)}
        />
        <Button type="submit" color={isNote ? "orange" : "teal"}>
          {t("Send")}
        </Button>
      </div>
    </form>
  );
}
