import { expect, test } from "vitest";
import { capsOf, isPressed, isSingle } from "./keys.ts";
import type { Press } from "./keys.ts";

function press(key: string, code: string, change: Partial<Press> = {}): Press {
  return { key, code, altKey: false, ctrlKey: false, metaKey: false, ...change };
}

const alt = { altKey: true };

test("letters count by what is printed on the key", () => {
  // On a German keyboard Z lies where others have Y.
  expect(isPressed("Alt+Z", press("z", "KeyY", alt))).toBe(true);
  expect(isPressed("Alt+Z", press("y", "KeyZ", alt))).toBe(false);
  expect(isPressed("Alt+Z", press("z", "KeyY"))).toBe(false);
});

test("where Alt or the row of digits makes other characters, the place of the key counts", () => {
  expect(isPressed("Alt+1", press("¡", "Digit1", alt))).toBe(true);
  expect(isPressed("Alt+1", press("&", "Digit1", alt))).toBe(true);
  expect(isPressed("Alt+U", press("Dead", "KeyU", alt))).toBe(true);
});

test("AltGr and Ctrl+Alt are for writing", () => {
  const graph = { ...alt, getModifierState: (name: string) => name === "AltGraph" };
  expect(isPressed("Alt+Q", press("@", "KeyQ", graph))).toBe(false);
  expect(isPressed("Alt+Q", press("q", "KeyQ", { ...alt, ctrlKey: true }))).toBe(false);
});

test("Command on a Mac is Ctrl elsewhere", () => {
  expect(isPressed("Ctrl+K", press("k", "KeyK", { metaKey: true }))).toBe(true);
  expect(isPressed("k", press("k", "KeyK", { metaKey: true }))).toBe(false);
});

test("a single key is one without Alt and Ctrl", () => {
  expect(["?", "u", "Alt+U", "Ctrl+K"].map(isSingle)).toEqual([true, true, false, false]);
});

test("keys are shown as they are printed", () => {
  expect(capsOf("Alt+ArrowDown")).toEqual(["Alt", "↓"]);
  expect(capsOf("Ctrl+K")).toEqual(["Ctrl", "K"]);
  expect(capsOf("g s")).toEqual(["G", "S"]);
});
