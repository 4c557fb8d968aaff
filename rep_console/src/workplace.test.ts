import type { Account } from "@deskside/browser/api";
import type { Fact, Waiting } from "@deskside/browser/contract";
import { emptySession } from "@deskside/browser/contract";
import { inMemory } from "@deskside/browser/kept_requests";
import { FakeBroker } from "@deskside/browser/testing/fake_broker";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { concerns } from "./concerns.ts";
import { Workplace, queueAfter } from "./workplace.ts";

const account: Account = { party: "me", name: "Ana", role: "rep", teams: [] };

let broker: FakeBroker;
let workplace: Workplace;

beforeEach(async () => {
  vi.useFakeTimers();
  broker = new FakeBroker();
  vi.stubGlobal("WebSocket", function open() {
    return broker.open();
  });
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ ticket: "t" })));
  workplace = new Workplace(account, { issues: [], teams: [] }, inMemory());
  await pass();
});

afterEach(() => {
  workplace.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function pass(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

function waiting(session: string, since: number, front = false): Waiting {
  const about = { team: "support", issue: "printer", name: "", language: "en" };
  return { ...about, session, waiting_since: since, front };
}

function mine(): string[] {
  return workplace.state.get().mine.map(({ id }) => id);
}

async function happen(session: string, ...facts: (Partial<Fact> & { type: Fact["type"] })[]) {
  for (const fact of facts) broker.happen(session, fact);
  await pass();
}

const { rules } = emptySession();
const opened = { type: "opened", by: "customer", rules, language: "en" } as const;
const accepted = { type: "accepted", by: "me", name: "Ana" } as const;

test("a queue stands in the order of serving, whatever order it is told in", () => {
  const frame = { type: "queue", team: "support", went: [] } as const;
  const came = [waiting("b", 2), waiting("a", 2), waiting("late", 9), waiting("first", 8, true)];
  const whole = queueAfter({}, { ...frame, whole: true, came });
  expect(whole.map(({ session }) => session)).toEqual(["first", "a", "b", "late"]);
  const change = { ...frame, whole: false, came: [waiting("new", 1)], went: ["a"] };
  const after = queueAfter({ support: whole }, change);
  expect(after.map(({ session }) => session)).toEqual(["first", "new", "b", "late"]);
  const again = queueAfter({ support: after }, { ...change, came: [waiting("b", 2, true)] });
  expect(again.map(({ session }) => session)).toEqual(["b", "first", "new", "late"]);
});

test("what the broker lists is followed, once", async () => {
  broker.say({ type: "my_sessions", sessions: ["s1"] });
  broker.say({ type: "my_sessions", sessions: ["s1", "s2"] });
  await pass();
  expect(mine()).toEqual(["s1", "s2"]);
  expect(broker.heard.filter(({ type }) => type === "resume")).toHaveLength(2);
});

test("whoever accepts turns to that session", async () => {
  void workplace.accept("s1");
  await pass();
  expect(workplace.state.get().chosen).toBe("s1");
});

test("a lost race says who was faster, for a while", async () => {
  const ben = { rep: "ben", name: "Ben", team: "support", available: true, active: 0 };
  broker.say({ type: "team", team: "support", reps: [ben] });
  broker.refusals.push("taken");
  void workplace.accept("s1");
  await pass();
  const [notice] = workplace.state.get().notices;
  expect(notice?.refusal.code).toBe("taken");
  expect(workplace.nameOf("ben")).toBe("Ben");
  await pass(8_000);
  expect(workplace.state.get().notices).toEqual([]);
});

test("a refused line is no notice: it says so where it stands", async () => {
  broker.refusals.push("closed");
  workplace.say("s1", "too late", "say");
  await pass();
  expect(workplace.state.get().notices).toEqual([]);
});

test("a session that was passed on is not mine any more; one that ended stays", async () => {
  broker.say({ type: "my_sessions", sessions: ["s1", "s2"] });
  await pass();
  await happen("s1", opened, accepted, { type: "transferred", by: "me", team: "network" });
  await happen("s2", opened, accepted, { type: "ended", ending: "customer_ended" });
  expect(mine()).toEqual(["s1", "s2"]);
  broker.say({ type: "my_sessions", sessions: [] });
  expect(mine()).toEqual(["s2"]);
});

test("a long transcript is read in pieces without being let go in between", async () => {
  const passing = [opened, { ...accepted, by: "ben" }, { type: "returned", team: "t" }] as const;
  broker.batch = 1;
  await happen("s1", ...passing, accepted);
  void workplace.accept("s1");
  await pass();
  expect(mine()).toEqual(["s1"]);
});

test("a rep sees what they serve, are offered or invited to, and what has ended", () => {
  const talking = { ...emptySession("s1"), state: "talking", owner: "ben" } as const;
  expect(concerns(talking, "me")).toBe(false);
  expect(concerns({ ...talking, joined: ["me"] }, "me")).toBe(true);
  expect(concerns({ ...talking, invited: ["me"] }, "me")).toBe(true);
  const offer = { rep: "me", reason: "transfer", until: 1 } as const;
  expect(concerns({ ...talking, offer }, "me")).toBe(true);
  expect(concerns({ ...talking, state: "ended" }, "me")).toBe(true);
});

test("the switch is unknown until the broker has said how it stands", async () => {
  const fresh = new Workplace(account, { issues: [], teams: [] }, inMemory());
  expect(fresh.state.get().available).toBe(null);
  await pass();
  expect(fresh.state.get().available).toBe(false);
  fresh.setAvailable(true);
  await pass();
  expect(broker.heard).toContainEqual({ type: "set_available", available: true });
  fresh.close();
});
