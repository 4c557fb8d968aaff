import { t } from "@deskside/browser/catalogue";
import { keep, kept } from "@deskside/browser/storage";
import { useEffect, useRef, useState } from "preact/hooks";
import { EMOJI, findEmoji } from "@deskside/browser/emoji";
import type { Emoji } from "@deskside/browser/emoji";

const RECENT_KEY = "emoji";
const RECENT = 8;
/** As many stand in a row of `style.css`. */
const COLUMNS = 8;

interface PickerProps {
  readonly pick: (sign: string) => void;
  readonly close: () => void;
}

/** Emoji to search and to pick: the ones used last come first, and arrows lead from one to the next. */
export function EmojiPicker({ pick, close }: PickerProps) {
  const [wanted, setWanted] = useState("");
  const [at, setAt] = useState(0);
  const search = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => search.current?.focus({ preventScroll: true }), []);
  const found = wanted.trim() ? findEmoji(wanted) : withRecentFirst();

  function go(to: number): void {
    if (to < 0) {
      search.current?.focus();
      return;
    }
    const next = Math.min(to, found.length - 1);
    setAt(next);
    grid.current?.querySelectorAll("button")[next]?.focus();
  }

  function take({ sign }: Emoji): void {
    const before = kept(RECENT_KEY)
      .split(" ")
      .filter((each) => each && each !== sign);
    keep(RECENT_KEY, [sign, ...before].slice(0, RECENT).join(" "));
    pick(sign);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const inGrid = grid.current?.contains(event.target as Node);
    const [first] = found;
    if (event.key === "Escape") close();
    else if (inGrid && event.key in STEPS) go(at + (STEPS[event.key] ?? 0));
    else if (!inGrid && event.key === "ArrowDown") go(0);
    else if (!inGrid && event.key === "Enter" && first) take(first);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div class="emoji" role="dialog" aria-label={t("Emoji")} onKeyDown={onKeyDown}>
      <input
        class="input"
        type="search"
        ref={search}
        aria-label={t("Search emoji")}
        placeholder={t("Search emoji")}
        value={wanted}
        onInput={(event) => {
          setWanted(event.currentTarget.value);
          setAt(0);
        }}
      />
      <div class="emoji-grid" ref={grid}>
        {found.map((each, index) => (
          <button
            key={each.sign}
            class="emoji-choice"
            type="button"
            aria-label={each.name()}
            title={each.name()}
            // One stop for the Tab key; from there the arrows lead on.
            tabIndex={index === Math.min(at, found.length - 1) ? 0 : -1}
            onFocus={() => setAt(index)}
            onClick={() => take(each)}
          >
            {each.sign}
          </button>
        ))}
      </div>
      <p class="emoji-count" role="status">
        {found.length === 0 && t("No emoji has this name.")}
      </p>
    </div>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -COLUMNS,
  ArrowDown: COLUMNS,
};

function withRecentFirst(): readonly Emoji[] {
  const recent = kept(RECENT_KEY).split(" ");
  const used = recent.flatMap((sign) => EMOJI.find((each) => each.sign === sign) ?? []);
  return [...used, ...EMOJI.filter((each) => !used.includes(each))];
}
