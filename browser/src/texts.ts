/** Texts that the broker can decode: no half of a character, no NUL. */

/** One half of a character outside the basic plane: with the flag `u`, only where it is alone. */
const LONE_HALF = /[\uD800-\uDFFF]/gu;
const CUT_AT_THE_END = /[\uD800-\uDBFF]$/u;
const NOT_A_CHARACTER = "\uFFFD";

/**
 * Return `text` as it may be sent. Where a limit of length cut the last character in two, its half
 * goes; elsewhere it becomes the replacement character, as in `toWellFormed` of newer browsers.
 */
export function sendable(text: string): string {
  const whole = text.replaceAll("\0", "").replace(CUT_AT_THE_END, "");
  return whole.replace(LONE_HALF, NOT_A_CHARACTER);
}

/** Return `asked` with every text in it sendable. */
export function sendableAll<Asked extends object>(asked: Asked): Asked {
  const entries = Object.entries(asked).map(([field, value]: [string, unknown]) => [
    field,
    typeof value === "string" ? sendable(value) : value,
  ]);
  return Object.fromEntries(entries) as Asked;
}
