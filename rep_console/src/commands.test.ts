import type { Account } from "@deskside/browser/api";
import { emptySession } from "@deskside/browser/contract";
import { inMemory } from "@deskside/browser/kept_requests";
import { FakeBroker } from "@deskside/browser/testing/fake_broker";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { allCommands, commandsOf } from "./commands.ts";
import type { Command } from "./commands.ts";
import { chordOf } from "./keys.ts";
import { Preferences } from "./preferences.ts";
import { playerCommands } from "./recording_keys.ts";
import { panelCommands } from "./shell.tsx";
import { viewsOf } from "./views.tsx";
import { Workplace } from "./workplace.ts";

// The views ask for the size of the window as they are loaded.
vi.hoisted(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => undefined }));
});

const ROLES = ["rep", "lead", "admin", "compliance"] as const;
/** The menus of browsers, `keys.ts` says of which. */
const BROWSERS = ["D", "E", "F", "B", "H", "S", "T", "V"].map((letter) => `Alt+${letter}`);

const { rules } = emptySession();
const opened = { type: "opened", by: "customer", rules, language: "en" } as const;
const mine = { type: "accepted", by: "me", name: "Ana" } as const;
const theirs = { type: "accepted", by: "ben", name: "Ben" } as const;
const granted = { type: "grants_given", by: "customer" } as const;

/** What a session can be to a rep; each has other commands. */
const SITUATIONS: Readonly<Record<string, readonly object[]>> = {
  "its owner": [opened, mine],
  "who has joined": [
    opened,
    theirs,
    { type: "invited", by: "ben", rep: "me" },
    { type: "joined", by: "me", name: "Ana" },
  ],
  "who is invited": [opened, theirs, { type: "invited", by: "ben", rep: "me" }],
  "who is offered it": [opened, { type: "offered", by: "broker", rep: "me" }],
  "who was its owner": [opened, mine, { type: "ended", by: "customer" }],
  "who sees the screen": [
    opened,
    mine,
    { ...granted, rep: "me", tools: ["view", "control"], until: 9e15 },
    { type: "screen_shared", by: "customer", what: "screen", until: 0 },
  ],
};

let broker: FakeBroker;
let workplace: Workplace;

beforeEach(() => {
  vi.useFakeTimers();
  broker = new FakeBroker();
  vi.stubGlobal("WebSocket", function open() {
    return broker.open();
  });
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ ticket: "t" })));
});

afterEach(() => {
  workplace.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function enter(role: Account["role"]): Promise<{ can: Command[]; every: Command[] }> {
  const account: Account = { party: "me", name: "Ana", role, teams: [] };
  workplace = new Workplace(account, { organisation: "", issues: [], teams: [] }, inMemory());
  await vi.advanceTimersByTimeAsync(0);
  const parts = { workplace, preferences: new Preferences(), views: viewsOf(role) };
  const ofPanels = panelCommands(
    () => undefined,
    () => undefined,
  );
  return {
    get can() {
      return [...commandsOf(parts), ...ofPanels];
    },
    get every() {
      return [...allCommands(parts), ...ofPanels];
    },
  };
}

/** Return what is pressed for each of `commands`, with which of them it means. */
function pressed(commands: readonly Command[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { id, keys = [] } of commands) {
    for (const each of keys) found.set(each, [...(found.get(each) ?? []), id]);
  }
  return found;
}

function ambiguous(commands: readonly Command[]): string[] {
  const found = pressed(commands);
  const told = [...found]
    .filter(([, ids]) => ids.length > 1)
    .map(([keys, ids]) => `${keys}: ${ids.join(", ")}`);
  // What begins a chord cannot mean something by itself.
  const begun = [...found.keys()]
    .map((keys) => chordOf(keys)[0])
    .filter((first) => found.has(first));
  return [...told, ...begun];
}

test.each(ROLES)("no two commands of a %s share a key, whatever can be done", async (role) => {
  const commands = await enter(role);
  expect(pressed(commands.every).size).toBeGreaterThan(5);
  expect(ambiguous(commands.every)).toEqual([]);
});

test.each(Object.entries(SITUATIONS))("no two commands of %s share a key", async (_, facts) => {
  const commands = await enter("lead");
  const sessions = Array.from({ length: 12 }, (_each, number) => `s${number}`);
  broker.say({ type: "my_sessions", sessions });
  await vi.advanceTimersByTimeAsync(0);
  for (const fact of facts) broker.happen("s3", fact);
  workplace.choose("s3");
  await vi.advanceTimersByTimeAsync(0);
  expect(commands.can.some(({ id }) => id.startsWith("open "))).toBe(true);
  expect(ambiguous(commands.can)).toEqual([]);
});

test("no command takes a key that browsers or writing need", async () => {
  const { every } = await enter("lead");
  expect([...pressed(every).keys()].filter((keys) => BROWSERS.includes(keys))).toEqual([]);
  expect([...pressed(every).keys()].filter((keys) => /Ctrl\+Alt|AltGr/.test(keys))).toEqual([]);
});

test("the player's keys are each its own, and none is a command's of whoever watches", async () => {
  const { every } = await enter("compliance");
  const own = playerCommands().flatMap(({ keys = [] }) => keys);
  expect(new Set(own).size).toBe(own.length);
  // The player is asked first, also for what ends a chord.
  const ends = [...pressed(every).keys()].map(chordOf).filter(([first]) => first);
  expect(own.filter((each) => ends.some(([, then]) => then === each))).toEqual([]);
});
