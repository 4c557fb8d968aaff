import { emptySession } from "@deskside/browser/contract";
import type { Fact, Grant, Session } from "@deskside/browser/contract";
import { expect, it } from "vitest";
import { lastAnswer, rightsOf, toolsForControl } from "./screen_rights.ts";

const ME = "rep";
const grant = (tool: Grant["tool"], rep = ME): Grant => ({ tool, rep, since: 0, until: 9 });

function talking(change: Partial<Session> = {}): Session {
  return { ...emptySession("s"), state: "talking", owner: ME, customer: "customer", ...change };
}

it("opens the region while something is shared or may be seen, for those who take part", () => {
  expect(rightsOf(talking(), ME).open).toBe(false);
  expect(rightsOf(talking({ sharing: "screen" }), ME).open).toBe(true);
  expect(rightsOf(talking({ grants: [grant("view")] }), ME).open).toBe(true);
  expect(rightsOf(talking({ sharing: "screen", owner: "other" }), ME).open).toBe(false);
  expect(rightsOf(talking({ sharing: "screen", state: "ended" }), ME).open).toBe(false);
});

it("tells one's own grants from those of others", () => {
  const session = talking({
    grants: [grant("view"), grant("view", "ben"), grant("control", "ben")],
  });
  const rights = rightsOf(session, ME);
  expect(rights.view).toEqual(grant("view"));
  expect(rights.control).toBeUndefined();
  expect(rights.others).toEqual(["ben"]);
});

it("asks for the view along with control where it is missing", () => {
  expect(toolsForControl(rightsOf(talking(), ME))).toEqual(["view", "control"]);
  expect(toolsForControl(rightsOf(talking({ grants: [grant("view")] }), ME))).toEqual(["control"]);
});

it.each([
  ["customer", 1000, "refused"],
  ["broker", 1000, "unanswered"],
  ["customer", 60_000, ""],
] as const)("tells a no by %s, %i ms later, as %j", (by, later, told) => {
  const fact = { type: "grants_refused", place: 3, at: 5000, by, tools: ["view"], rep: ME } as Fact;
  const entries = [{ fact, shown: 3 }];
  expect(lastAnswer(entries, talking(), ME, 5000 + later)).toBe(told);
  expect(lastAnswer(entries, talking(), "ben", 5000 + later)).toBe("");
});
