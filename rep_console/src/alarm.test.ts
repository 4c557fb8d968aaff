import type { Account } from "@deskside/browser/api";
import type { Frame, Talk, Waiting } from "@deskside/browser/contract";
import { inMemory } from "@deskside/browser/kept_requests";
import { FakeBroker, welcome } from "@deskside/browser/testing/fake_broker";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Alarm } from "./alarm.ts";
import { Workplace } from "./workplace.ts";

const account: Account = { party: "me", name: "Ana", role: "rep", teams: [] };

let broker: FakeBroker;
let workplace: Workplace;
let alarm: Alarm;
let played: string[];

beforeEach(async () => {
  vi.useFakeTimers();
  document.title = "Desk";
  played = [];
  broker = new FakeBroker();
  vi.stubGlobal("WebSocket", function open() {
    return broker.open();
  });
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ ticket: "t" })));
  workplace = new Workplace(account, { organisation: "", issues: [], teams: [] }, inMemory());
  alarm = new Alarm(workplace);
  vi.spyOn(alarm.sounds, "play").mockImplementation((kind) => void played.push(kind));
  await vi.advanceTimersByTimeAsync(0);
  broker.say({ ...welcome, role: "rep", available: true });
});

afterEach(() => {
  alarm.close();
  workplace.close();
  localStorage.clear();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function waits(session: string, offered = ""): Waiting {
  const about = { team: "support", issue: "printer", name: "Max", language: "en", front: false };
  return { ...about, session, waiting_since: 1, offered };
}

function queue(came: readonly Waiting[], went: readonly string[] = []): Frame {
  return { type: "queue", team: "support", whole: false, total: came.length, came, went };
}

/** Let time pass on a link that is alive. */
async function pass(seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed++) {
    await vi.advanceTimersByTimeAsync(1_000);
    broker.say({ type: "beat" });
  }
}

test("it rings again and again until somebody has accepted", async () => {
  broker.say(queue([waits("s1")]));
  expect(played).toEqual(["queue"]);
  expect(document.title).toBe("1 waiting · Desk");
  await pass(46);
  expect(played).toEqual(["queue", "queue", "queue", "queue"]);
  broker.say(queue([], ["s1"]));
  await pass(60);
  expect(played).toHaveLength(4);
  expect(document.title).toBe("Desk");
});

test("what a colleague is asked about rings at theirs only, until they let it go on", () => {
  broker.say(queue([waits("s1", "ben")]));
  expect(played).toEqual([]);
  broker.say(queue([waits("s1")]));
  expect(played).toEqual(["queue"]);
});

test("whoever takes no sessions is not called, and is as soon as they do", () => {
  broker.say({ type: "switch", available: false });
  workplace.state.patch({ available: false });
  broker.say(queue([waits("s1")]));
  expect(played).toEqual([]);
  workplace.state.patch({ available: true });
  expect(played).toEqual(["queue"]);
});

test("it rings once where that is wanted, and another time for somebody else", async () => {
  alarm.choices.patch({ repeatSeconds: 0 });
  broker.say(queue([waits("s1")]));
  await pass(600);
  expect(played).toEqual(["queue"]);
  broker.say(queue([waits("s2")]));
  expect(played).toEqual(["queue", "queue"]);
});

test("a kind that is muted is still in the title", () => {
  alarm.choices.patch({ queue: false });
  broker.say(queue([waits("s1")]));
  expect(played).toEqual([]);
  expect(document.title).toBe("1 waiting · Desk");
});

test("a lead is called once a recording has been paused for two minutes, until it goes on", async () => {
  const talk = (unrecorded_since: number): Talk => ({
    session: "s1",
    team: "support",
    issue: "printer",
    name: "Max",
    language: "en",
    owner: "ana",
    joined: [],
    watched: [],
    since: 1,
    gone: 0,
    monitoring: "off",
    unrecorded_since,
  });
  const tell = (since: number) =>
    broker.say({ type: "talks", team: "support", whole: true, came: [talk(since)], went: [] });
  await pass(5);
  tell(workplace.link.now());
  await pass(118);
  expect(played).toEqual([]);
  await pass(3);
  expect(played).toEqual(["pause"]);
  await pass(15);
  expect(played).toEqual(["pause", "pause"]);
  tell(0);
  await pass(60);
  expect(played).toEqual(["pause", "pause"]);
});

test("a rep whose machine never wakes its sound is shown how notifications look", async () => {
  vi.spyOn(alarm.sounds, "wake").mockReturnValue(new Promise(() => undefined));
  const show = vi.spyOn(alarm.notifications, "show").mockResolvedValue();
  await alarm.test();
  expect(show).toHaveBeenCalledOnce();
});
