import type { Fact, SystemTold } from "@deskside/browser/contract";
import { expect, test } from "vitest";
import { lastAction, lastTold } from "./computer.ts";

const about = { place: 1, at: 7, by: "customer" };
const told = (text: string, at = 7): SystemTold => ({
  ...about,
  type: "system_told",
  at,
  digest: "",
  erased: text === "",
  rep: "ana",
  told: text,
});
const entries = (...facts: Fact[]) => facts.map((fact) => ({ fact, shown: fact.place }));

test("what a computer has told last is shown, and what it left out is empty", () => {
  const both = entries(told('{"system":"Debian 11"}'), told('{"system":"Debian 12","cores":2}', 9));
  const last = lastTold(both);
  expect(last?.at).toBe(9);
  expect(last?.system).toMatchObject({ system: "Debian 12", cores: 2, disks: [], processor: "" });
});

test("nothing is shown of what was erased", () => {
  expect(lastTold(entries(told('{"system":"Debian 11"}'), told("")))?.at).toBe(7);
  expect(lastTold(entries(told("")))).toBeNull();
  expect(lastTold([])).toBeNull();
});

test("the last of special actions is what was heard of them last", () => {
  const action = { ...about, action: "lock", rep: "ana" } as const;
  const answered: Fact = { ...action, type: "action_answered", allowed: true };
  const reported: Fact = { ...action, type: "action_reported", outcome: "done" };
  expect(lastAction(entries(answered, reported, told("")))).toBe(reported);
  expect(lastAction(entries(told("")))).toBeNull();
});
