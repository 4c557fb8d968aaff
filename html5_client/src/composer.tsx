import { t } from "@deskside/browser/catalogue";
import { filesOf } from "@deskside/browser/session_files";
import type { Transcript } from "@deskside/browser/transcript";
import { useEffect, useRef, useState } from "preact/hooks";
import { AttachButton } from "./attach.tsx";
import { EmojiPicker } from "./emoji_picker.tsx";
import type { Visit } from "./visit.ts";

/** The protocol's longest message (`protocol/fields.py`). */
const LONGEST = 4_000;
const COUNTED_FROM = 3_600;
const ROWS = 5;

/** Where one writes. What is typed is kept at every keystroke. */
export function Composer({ visit, transcript }: { visit: Visit; transcript: Transcript }) {
  const [text, setText] = useState(() => visit.drafts.read(transcript.id));
  const [picking, setPicking] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    // On a phone the keyboard would cover half of what there is to read.
    const hasKeys = matchMedia("(pointer: fine)").matches;
    // And who is in the menu already stays there.
    const isFree = [null, document.body].includes(document.activeElement as HTMLElement | null);
    if (hasKeys && isFree) box.current?.focus({ preventScroll: true });
  }, []);

  function type(next: string): void {
    setText(next);
    visit.drafts.write(transcript.id, next);
    if (next) transcript.typed();
  }

  /** Put `sign` where one was writing; picked there, one goes on writing there. */
  function insert(sign: string): void {
    const field = box.current;
    setPicking(false);
    if (!field) return;
    field.focus();
    if (field.value.length - (field.selectionEnd - field.selectionStart) + sign.length > LONGEST) {
      return;
    }
    field.setRangeText(sign, field.selectionStart, field.selectionEnd, "end");
    type(field.value);
  }

  function send(event: Event): void {
    event.preventDefault();
    if (!text.trim()) return;
    visit.say(text);
    setText("");
    setPicking(false);
    box.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    // Enter while composing chooses a word, in Japanese for example.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  }

  return (
    <form class="composer" onSubmit={send}>
      {picking && (
        <EmojiPicker
          pick={insert}
          close={() => {
            setPicking(false);
            box.current?.focus();
          }}
        />
      )}
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
        onPaste={(event) => {
          const files = filesOf(event.clipboardData);
          if (!files.length) return;
          event.preventDefault();
          visit.sendFiles(files);
        }}
      />
      {text.length > COUNTED_FROM && <span class="composer-count">{LONGEST - text.length}</span>}
      <AttachButton visit={visit} transcript={transcript} />
      <button
        class="button button-quiet button-emoji"
        type="button"
        aria-label={t("Emoji")}
        aria-expanded={picking}
        aria-haspopup="dialog"
        onClick={() => setPicking(!picking)}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <circle cx="10" cy="10" r="8" />
          <path d="M6.500 12c1.700 2.700 5.300 2.700 7 0M7.300 7.700v.6M12.700 7.700v.6" />
        </svg>
      </button>
      <button class="button button-main button-send" type="submit" aria-label={t("Send")}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M3.2 16.8 17.500 10 3.200 3.200l.01 5.300L12 10l-8.790 1.500z" />
        </svg>
      </button>
    </form>
  );
}
