/** What was pressed means, also where two keys belong together. */
import { chordOf, isPressed } from "./keys.ts";
import type { Press } from "./keys.ts";

/** Who begins and thinks for longer means something else. */
const PAUSE_MS = 5_000;

const MODIFIERS = new Set(["Alt", "Control", "Shift", "Meta"]);

interface Keyed {
  readonly keys?: readonly string[];
}

export class KeyPresses {
  #begun = "";
  #until = 0;

  /** Return which of `all` is meant, `begun` where another key is to follow, or nothing. */
  meant<T extends Keyed>(
    all: readonly T[],
    isUsable: (keys: string) => boolean,
    press: Press,
    now: number,
  ): T | "begun" | null {
    if (MODIFIERS.has(press.key)) return null;
    const begun = now < this.#until ? this.#begun : "";
    this.#begun = "";
    const isMeant = (keys: string) => {
      const [first, then] = chordOf(keys);
      return first === begun && isUsable(keys) && isPressed(then, press);
    };
    const found = all.find(({ keys = [] }) => keys.some(isMeant));
    if (found || begun) return found ?? null;
    for (const keys of all.flatMap((each) => each.keys ?? [])) {
      const [first] = chordOf(keys);
      if (!first || !isUsable(keys) || !isPressed(first, press)) continue;
      this.#begun = first;
      this.#until = now + PAUSE_MS;
      return "begun";
    }
    return null;
  }
}
