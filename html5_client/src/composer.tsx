import { t } from "@deskside/browser/catalogue";
import type { Transcript } from "@deskside/browser/transcript";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Visit } from "./visit.ts";

/** The protocol's longest message (`protocol/fields.py`). */
const LONGEST = 4_000;
const COUNTED_FROM = 3_600;
const ROWS = 5;

/** Where one writes. What is typed is kept at every keystroke. */
export function Composer({ visit, transcript }: { visit: Visit; transcript: Transcript }) {
  const [text, setText] = useState(() => visit.drafts.read(transcript.id));
  const box = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    // On a phone the keyboard would cover half of what there is to read.
    if (matchMedia("(pointer: fine)").matches) box.current?.focus({ preventScroll: true });
  }, []);

  function type(next: string): void {
    setText(next);
    visit.drafts.write(transcript.id, next);
    if (next) transcript.typed();
  }

  function send(event: Event): void {
    event.preventDefault();
    if (!text.trim()) return;
    visit.say(text);
    setText("");
    box.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    // Enter while composing chooses a word, in Japanese for example.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  }

  return (
    <form class="composer" onSubmit={send}>
      <textarea
        class="composer-text"
        ref={box}
        aria-label={t("Message")}
        placeholder={t("Write a message…")}
        // Browsers that fit the box to its content do not look at this.
        rows={Math.min(ROWS, text.split("\n").length)}
        maxLength={LONGEST}
        value={text}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {text.length > COUNTED_FROM && <span class="composer-count">{LONGEST - text.length}</span>}
      <button class="button button-main button-send" type="submit" aria-label={t("Send")}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M3.2 16.8 17.500 10 3.200 3.200l.01 5.300L12 10l-8.790 1.500z" />
        </svg>
      </button>
    </form>
  );
}
