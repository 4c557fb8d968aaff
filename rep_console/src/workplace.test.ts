import type { Account } from "@deskside/browser/api";
import type { Fact, Waiting } from "@deskside/browser/contract";
import { emptySession } from "@deskside/browser/contract";
import { inMemory } from "@deskside/browser/kept_requests";
import { FakeBroker } from "@deskside/browser/testing/fake_broker";
import type { View } from "@deskside/browser/transcript";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { approachText } from "./approach.tsx";
import { concerns } from "./concerns.ts";
import { queueAfter } from "./queue_order.ts";
import { Workplace } from "./workplace.ts";

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
  workplace = new Workplace(account, { organisation: "", issues: [], teams: [] }, inMemory());
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
  const about = { team: "support", issue: "printer", name: "", language: "en", offered: "" };
  return { ...about, session, waiting_since: since, front };
}

function mine(): string[] {
  return workplace.state.get().mine.map(({ id }) => id);
}

function onlyView(): View {
  const [transcript] = workplace.state.get().mine;
  if (!transcript) throw new Error("no session is mine");
  return transcript.view.get();
}

async function happen(session: string, ...facts: (Partial<Fact> & { type: Fact["type"] })[]) {
  for (const fact of facts) broker.happen(session, fact);
  await pass();
}

const { rules } = emptySession();
const opened = { type: "opened", by: "customer", rules, language: "en" } as const;
const accepted = { type: "accepted", by: "me", name: "Ana" } as const;

test("a queue stands in the order of serving, whatever order it is told in", () => {
  const frame = { type: "queue", team: "support", total: 4, went: [] } as const;
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

test("whoever goes on writing until the answer comes is not torn away from it", async () => {
  broker.say({ type: "my_sessions", sessions: ["s1"] });
  workplace.turnTo("s1");
  void workplace.accept("s2");
  document.body.dispatchEvent(new InputEvent("input", { bubbles: true }));
  await pass();
  expect(workplace.state.get().chosen).toBe("s1");
  expect(mine()).toEqual(["s1", "s2"]);
});

test("whoever has turned to somebody else until the answer comes stays there", async () => {
  broker.say({ type: "my_sessions", sessions: ["s1", "s2"] });
  void workplace.accept("s3");
  workplace.turnTo("s2");
  await pass();
  expect(workplace.state.get().chosen).toBe("s2");
});

test("of two that are accepted at once the last is turned to, also where another one goes", async () => {
  broker.say({ type: "my_sessions", sessions: ["s1"] });
  workplace.turnTo("s1");
  void workplace.accept("s2");
  void workplace.accept("s3");
  for (const transcript of workplace.state.get().mine) workplace.putAway(transcript);
  await pass();
  expect(workplace.state.get().chosen).toBe("s3");
});

test("a session is turned to from any view, but not in the window of a picture", async () => {
  location.hash = "#/history";
  void workplace.accept("s1");
  await pass();
  expect(location.hash).toBe("#/sessions/s1");
  location.hash = "#/screen/s1";
  void workplace.accept("s2");
  await pass();
  expect(location.hash).toBe("#/screen/s1");
  location.hash = "";
});

test("a lost race says who was faster, for a while", async () => {
  const about = { available: true, active: 0, presence: "available" } as const;
  const ben = { rep: "ben", name: "Ben", team: "support", ...about };
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
  const ended = { ...talking, state: "ended" } as const;
  expect(concerns({ ...ended, owner: "me" }, "me")).toBe(true);
  expect(concerns({ ...ended, joined: ["me"] }, "me")).toBe(true);
  expect(concerns({ ...ended, owner: "", meeting: "call" }, "me")).toBe(true);
  expect(concerns(ended, "me")).toBe(false);
});

test("what ends before the rep has answered is gone, unless they are reading it", async () => {
  const offered = { type: "offered", by: "ben", rep: "me", reason: "transfer" } as const;
  const known = { ...opened, meeting: "" } as const;
  const ended = { type: "ended", by: "customer", ending: "customer_ended" } as const;
  for (const session of ["s1", "s2"]) {
    broker.say({ type: "my_sessions", sessions: ["s1", "s2"] });
    await happen(session, known, { ...accepted, by: "ben" }, offered);
  }
  workplace.choose("s2");
  for (const session of ["s1", "s2"]) await happen(session, ended);
  broker.say({ type: "my_sessions", sessions: [] });
  await pass();
  expect(mine()).toEqual(["s2"]);
});

test("an invitation is answered by joining, or put out of sight until an offer comes", async () => {
  broker.say({ type: "my_sessions", sessions: ["s1"] });
  await happen("s1", opened, { ...accepted, by: "ben" }, { type: "invited", by: "ben", rep: "me" });
  workplace.choose("s1");
  workplace.dismissInvitation("s1");
  expect(workplace.state.get()).toMatchObject({ chosen: "", dismissed: ["s1"] });
  expect(mine()).toEqual(["s1"]);
  void workplace.comeIn("join", "s1");
  await pass();
  expect(broker.heard).toContainEqual(expect.objectContaining({ type: "join", session: "s1" }));
  expect(workplace.state.get().chosen).toBe("s1");
});

test("who wants what of a rep is told from the facts", async () => {
  broker.say({ type: "my_sessions", sessions: ["s1"] });
  await happen("s1", opened, { ...accepted, by: "ben" });
  const text = () => approachText(onlyView(), "me", () => "Ben");
  expect(text()).toBe("");
  await happen("s1", { type: "invited", by: "ben", rep: "me" });
  expect(text()).toBe("Ben invites you");
  await happen("s1", { type: "offered", by: "ben", rep: "me", reason: "transfer", until: 9 });
  expect(text()).toBe("Ben offers you this session");
  expect(approachText(onlyView(), "me", () => "")).toBe("Offered to you");
});

test("refused words come back into the draft, before what was typed since", async () => {
  broker.refusals.push("malformed");
  broker.say({ type: "my_sessions", sessions: ["s1"] });
  workplace.say("s1", "not sent", "say");
  await pass();
  workplace.drafts.write("s1", "typed since");
  expect(onlyView().own).toMatchObject([{ state: "refused", text: "not sent" }]);
  for (const line of onlyView().own) workplace.edit("s1", line);
  expect(workplace.drafts.read("s1")).toBe("not sent\ntyped since");
  expect(onlyView().own).toEqual([]);
  expect(workplace.state.get().edits).toBe(1);
});

test("the switch is unknown until the broker has said how it stands", async () => {
  const fresh = new Workplace(account, { organisation: "", issues: [], teams: [] }, inMemory());
  expect(fresh.state.get().available).toBe(null);
  await pass();
  expect(fresh.state.get().available).toBe(false);
  fresh.setAvailable(true);
  await pass();
  expect(broker.heard).toContainEqual({ type: "set_available", available: true });
  fresh.close();
});
