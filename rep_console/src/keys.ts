/**
 * Keys that do something, written as on the key caps: `Alt+Z`, `Alt+ArrowDown`, `Ctrl+K`, `?`, or
 * one after the other: `g s`.
 *
 * Browsers and screen readers keep theirs: nothing here takes Alt with a letter of a menu (D, E, F,
 * and in Firefox B, H, S, T, V), nor Ctrl+Alt and AltGr, with which people write.
 */

export interface Press {
  readonly key: string;
  readonly code: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly getModifierState?: (name: string) => boolean;
}

/** Say whether `press` is what `keys` names. On a Mac, Command stands for Ctrl. */
export function isPressed(keys: string, press: Press): boolean {
  const parts = keys.split("+").filter(Boolean);
  const key = parts.at(-1) ?? "";
  if (press.getModifierState?.("AltGraph")) return false;
  if (parts.includes("Alt") !== press.altKey) return false;
  if (parts.includes("Ctrl") !== (press.ctrlKey || press.metaKey)) return false;
  return matches(key, press);
}

/** Return what is to be pressed first, and what then; nothing where one press does it. */
export function chordOf(keys: string): readonly [string, string] {
  const [first = "", then = ""] = keys.split(" ");
  return then ? [first, then] : ["", first];
}

/** A key without Alt or Ctrl: only outside of text, and only for those who want it. */
export function isSingle(keys: string): boolean {
  return !keys.includes("+") || keys === "+";
}

/** Say whether somebody writes in `target`, so that letters are letters. */
export function isText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function matches(key: string, press: Press): boolean {
  if (press.key.toLowerCase() === key.toLowerCase()) return true;
  // Option on a Mac and digits in France make other characters: then the place of the key counts.
  const isPlain = /^[a-z0-9]$/i.test(press.key);
  return (
    !isPlain &&
    press.code.length > 1 &&
    [`Key${key.toUpperCase()}`, `Digit${key}`].includes(press.code)
  );
}

const CAPS: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
};

/** Return the key caps of `keys`, one after the other. */
export function capsOf(keys: string): readonly string[] {
  if (keys === "+") return [keys];
  return keys.split(/[+ ]/).map((key) => CAPS[key] ?? (key.length === 1 ? key.toUpperCase() : key));
}
