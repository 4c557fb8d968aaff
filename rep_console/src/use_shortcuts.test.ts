import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import type { Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Command } from "./commands.ts";
import { Preferences } from "./preferences.ts";
import { useShortcuts } from "./use_shortcuts.ts";
import type { Workplace } from "./workplace.ts";

let root: Root;
let ran: string[];
let held: boolean[];

function command(id: string, ...keys: string[]): Command {
  return { id, label: id, group: "", icon: "check", keys, run: () => void ran.push(id) };
}

const COMMANDS = [command("take the next", "Alt+A", "a"), command("next session", "j")];

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  [ran, held] = [[], []];
  const list = { hold: (_: string, isHeld: boolean) => void held.push(isHeld) };
  const parts = { workplace: { list } as unknown as Workplace, preferences: new Preferences() };
  const commands = () => COMMANDS;
  function Keys(): null {
    useShortcuts(commands, parts);
    return null;
  }
  root = createRoot(document.createElement("div"));
  act(() => root.render(createElement(Keys)));
});

afterEach(() => {
  act(() => root.unmount());
  vi.unstubAllGlobals();
});

/** Press `key` in `target` at `at` (ms). */
function press(target: EventTarget, key: string, at: number, init: KeyboardEventInit = {}): void {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, ...init });
  Object.defineProperty(event, "timeStamp", { value: at });
  target.dispatchEvent(event);
}

test("letters that follow a text box that was taken away are no commands", () => {
  const field = document.createElement("textarea");
  document.body.append(field);
  press(field, "j", 0);
  field.remove();
  press(document.body, "a", 100);
  press(document.body, "j", 200);
  expect(ran).toEqual([]);
  press(document.body, "a", 300, { altKey: true });
  expect(ran).toEqual(["take the next"]);
  press(document.body, "j", 5_000);
  expect(ran).toEqual(["take the next", "next session"]);
});

test("the order of the sessions is held for as long as Alt is", () => {
  press(document.body, "Alt", 0, { altKey: true });
  press(document.body, "2", 10, { altKey: true });
  expect(held).toEqual([true, true]);
  dispatchEvent(new KeyboardEvent("keyup", { key: "2", altKey: true }));
  dispatchEvent(new KeyboardEvent("keyup", { key: "Alt" }));
  expect(held).toEqual([true, true, true, false]);
  dispatchEvent(new Event("blur"));
  expect(held.at(-1)).toBe(false);
});
