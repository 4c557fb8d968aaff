/**
 * Key events as messages: what goes by its place on the keyboard, and what by the text it makes.
 *
 * A dead key and whatever composes are waited for; only what comes of them is sent, as text.
 */
import type { Bodies } from "./picture.ts";

export type Said =
  | { readonly kind: "pointer"; readonly body: Bodies["pointer"] }
  | { readonly kind: "wheel"; readonly body: Bodies["wheel"] }
  | { readonly kind: "key"; readonly body: Bodies["key"] }
  | { readonly kind: "release_all"; readonly body: Bodies["release_all"] }
  | { readonly kind: "clipboard"; readonly body: Bodies["clipboard"] };

const MODIFIERS = [
  ["Shift", 1],
  ["Control", 2],
  ["Alt", 4],
  ["Meta", 8],
  ["AltGraph", 16],
] as const;

const IS_MODIFIER = /^(Shift|Control|Alt|Meta|OS)(Left|Right)$/;

/** Windows tells AltGr as Control and AltGraph of one moment. */
const SAME_MOMENT_MS = 20;

/** A browser composes for as long as it calls keys by one of these. */
const COMPOSING = ["Process", "Unidentified", ""];

export class KeyTranslator {
  /** What is down at the customer's: the physical key, and what it meant as it went down. */
  readonly #held = new Map<string, string>();
  #dead = false;
  #controlAt = -Infinity;

  /** Return what to say as a key goes down; null where the browser is to go on with it. */
  down(event: KeyboardEvent): Said[] | null {
    const { code, key, repeat, timeStamp } = event;
    if (event.isComposing || COMPOSING.includes(key)) return null;
    if (key === "Dead") {
      this.#dead = true;
      return null;
    }
    // Held keys repeat on the customer's machine, at its own pace.
    if (repeat && this.#held.has(code)) return [];
    if (IS_MODIFIER.test(code)) return this.#modifier(event, timeStamp);
    const composed = this.#dead && isText(key);
    this.#dead = false;
    if (composed || !code) return isText(key) || !code ? this.#stroke("", key, event) : [];
    return [this.#press(code, key, event)];
  }

  up(event: KeyboardEvent): Said[] {
    const { code } = event;
    const said: Said[] = [];
    // macOS tells of no key that comes up while Command is held.
    if (code.startsWith("Meta")) {
      for (const held of [...this.#held.keys()].filter((each) => !IS_MODIFIER.test(each))) {
        said.push(this.#lift(held, event));
      }
    }
    if (this.#held.has(code)) said.push(this.#lift(code, event));
    return said;
  }

  /** Return `text` as keys that have no place. */
  text(text: string): Said[] {
    this.#dead = false;
    return Array.from(text).flatMap((each) =>
      this.#stroke("", each === "\n" ? "Enter" : each, null),
    );
  }

  /** Return keys that go down together and come up in the opposite order. */
  chord(codes: readonly string[]): Said[] {
    const key = (code: string, down: boolean): Said => ({
      kind: "key",
      body: { down, code, key: code.replace(IS_MODIFIER, "$1"), modifiers: 0 },
    });
    return [
      ...codes.map((code) => key(code, true)),
      ...codes.toReversed().map((code) => key(code, false)),
    ];
  }

  /** Forget what is held, and say whether anything was. */
  forget(): boolean {
    const held = this.#held.size > 0;
    this.#held.clear();
    this.#dead = false;
    return held;
  }

  #modifier(event: KeyboardEvent, at: number): Said[] {
    const { code, key } = event;
    const said: Said[] = [];
    const isAltGraph = key === "AltGraph" || event.getModifierState("AltGraph");
    if (code === "ControlLeft") this.#controlAt = at;
    if (code === "AltRight" && isAltGraph && this.#held.has("ControlLeft")) {
      if (at - this.#controlAt <= SAME_MOMENT_MS) said.push(this.#lift("ControlLeft", event));
    }
    said.push(this.#press(code, key, event));
    return said;
  }

  #press(code: string, key: string, event: KeyboardEvent): Said {
    this.#held.set(code, key);
    return { kind: "key", body: { down: true, code, key, modifiers: modifiersOf(event) } };
  }

  #lift(code: string, event: KeyboardEvent): Said {
    // What it meant as it went down: with Shift let go first, `A` would come up as `a`.
    const key = this.#held.get(code) ?? "";
    this.#held.delete(code);
    return { kind: "key", body: { down: false, code, key, modifiers: modifiersOf(event) } };
  }

  #stroke(code: string, key: string, event: KeyboardEvent | null): Said[] {
    const modifiers = event ? modifiersOf(event) : 0;
    return [true, false].map((down) => ({ kind: "key", body: { down, code, key, modifiers } }));
  }
}

/** Say whether the key pastes, on this machine and as a rule on the customer's. */
export function pastes({ code, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): boolean {
  if (code === "Insert") return shiftKey && !ctrlKey && !altKey;
  return code === "KeyV" && (ctrlKey || metaKey) && !altKey;
}

function modifiersOf(event: KeyboardEvent): number {
  return MODIFIERS.reduce((sum, [name, bit]) => sum + (event.getModifierState(name) ? bit : 0), 0);
}

/** A key that makes a character is called by it; all others have longer names. */
function isText(key: string): boolean {
  return Array.from(key).length === 1;
}
