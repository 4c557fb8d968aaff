import { expect, test } from "vitest";
import { KeyPresses } from "./key_presses.ts";
import type { Press } from "./keys.ts";

const ALL = [
  { id: "board", keys: ["g b", "Alt+G b"] },
  { id: "bold", keys: ["b"] },
  { id: "next", keys: ["Alt+B"] },
];

function press(key: string, change: Partial<Press> = {}): Press {
  const code = `Key${key.toUpperCase()}`;
  return { key, code, altKey: false, ctrlKey: false, metaKey: false, ...change };
}

function pressed(...presses: readonly [Press, number][]): unknown[] {
  const keys = new KeyPresses();
  return presses.map(([each, at]) => {
    const found = keys.meant(ALL, () => true, each, at);
    return found && found !== "begun" ? found.id : found;
  });
}

const ALT = { altKey: true };

test("two keys one after the other are one command, and the second alone is another", () => {
  expect(pressed([press("g"), 0], [press("b"), 500])).toEqual(["begun", "board"]);
  expect(pressed([press("b"), 0])).toEqual(["bold"]);
});

test("with Alt the first works within text too; letting Alt go does not end it", () => {
  const alt = press("Alt", { ...ALT, code: "AltLeft" });
  expect(pressed([press("g", ALT), 0], [alt, 1], [press("b"), 2])).toEqual([
    "begun",
    null,
    "board",
  ]);
});

test("who waits for too long, or goes on with something else, has begun nothing", () => {
  expect(pressed([press("g"), 0], [press("b"), 5_000])).toEqual(["begun", "bold"]);
  expect(pressed([press("g"), 0], [press("x"), 1], [press("b"), 2])).toEqual([
    "begun",
    null,
    "bold",
  ]);
});

test("what may not be used does not begin", () => {
  const keys = new KeyPresses();
  const isUsable = (each: string) => each.startsWith("Alt");
  expect(keys.meant(ALL, isUsable, press("g"), 0)).toBeNull();
  expect(keys.meant(ALL, isUsable, press("g", ALT), 0)).toBe("begun");
});
