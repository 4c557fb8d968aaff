import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inMemory } from "./kept_requests.ts";
import { Link } from "./link.ts";
import { Outbox } from "./outbox.ts";
import { FakeBroker, seeded } from "./testing/fake_broker.ts";
import { Transcript, receipt, unread } from "./transcript.ts";

let broker: FakeBroker;
let link: Link;
let outbox: Outbox;
let transcript: Transcript;

beforeEach(async () => {
  vi.useFakeTimers();
  broker = new FakeBroker();
  link = new Link({ ticket: () => Promise.resolve("t"), open: broker.open, random: () => 1 });
  outbox = new Outbox("me", link, inMemory());
  transcript = new Transcript({ session: "s1", link, outbox });
  link.start();
  await pass();
});

afterEach(() => {
  transcript.close();
  link.stop();
  vi.useRealTimers();
});

async function pass(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** The lines on the screen, those on their way marked. */
function screen(): string[] {
  const { entries, own } = transcript.view.get();
  const there = entries.flatMap(({ fact }) => ("text" in fact ? [fact.text] : []));
  return [...there, ...own.map(({ text, state }) => `${text} (${state})`)];
}

function say(text: string) {
  return outbox.ask({ type: "say", session: "s1", text });
}

test("facts are folded as they come", async () => {
  broker.happen("s1", { type: "said", text: "hello" });
  await pass();
  expect(screen()).toEqual(["hello"]);
  expect(transcript.view.get().session).toMatchObject({ id: "s1", place: 1, shown: 1 });
});

test("a fact that comes twice is shown once", async () => {
  broker.fault = () => "twice";
  broker.happen("s1", { type: "said", text: "hello" });
  await pass();
  expect(screen()).toEqual(["hello"]);
});

test("a missing fact is asked for", async () => {
  broker.fault = () => "lose";
  broker.happen("s1", { type: "said", text: "one" });
  broker.fault = () => "none";
  broker.happen("s1", { type: "said", text: "two" });
  expect(screen()).toEqual([]);
  await pass();
  expect(screen()).toEqual(["one", "two"]);
});

test("what happened while the line was down comes after it", async () => {
  broker.happen("s1", { type: "said", text: "one" });
  broker.cut();
  broker.happen("s1", { type: "said", text: "two" });
  await pass(500);
  expect(screen()).toEqual(["one", "two"]);
});

test.each([1, 2, 3])(
  "whatever the line does, the screen shows the transcript (seed %i)",
  async (seed) => {
    const random = seeded(seed);
    const faults = ["none", "none", "lose", "twice", "late", "cut"] as const;
    broker.fault = () => faults[Math.floor(random() * faults.length)] ?? "none";
    for (let line = 0; line < 40; line++) {
      broker.happen("s1", { type: "said", text: String(line) });
      await pass(random() * 100);
    }
    broker.fault = () => "none";
    await pass(60_000);
    broker.happen("s1", { type: "said", text: "end" });
    await pass();
    expect(screen()).toEqual(broker.said("s1"));
  },
);

test("one's own line is never shown twice, nor gone for a moment", async () => {
  const seen: string[][] = [];
  transcript.view.subscribe(() => seen.push(screen()));
  void say("hello");
  await pass();
  expect(screen()).toEqual(["hello"]);
  expect(seen.map((lines) => lines.length)).toEqual(seen.map(() => 1));
});

test("an answer that comes before its fact leaves the line as sent", async () => {
  broker.fault = (frame) => (frame.type === "facts" ? "late" : "none");
  void say("hello");
  await pass();
  expect(screen()).toEqual(["hello (sent)"]);
  await pass(300);
  expect(screen()).toEqual(["hello"]);
});

test("the same words again are another line", async () => {
  void say("ok");
  await pass();
  broker.cut();
  void say("ok");
  expect(screen()).toEqual(["ok", "ok (sending)"]);
});

test("a refused line stays until it is dismissed", async () => {
  broker.refusals.push("closed");
  void say("too late");
  await pass();
  const [line] = transcript.view.get().own;
  expect(line).toMatchObject({ state: "refused", refusal: { code: "closed" } });
  transcript.dismiss(line?.id ?? "");
  expect(screen()).toEqual([]);
});

test("marks of others make receipts", async () => {
  void say("hello");
  await pass();
  const state = () => {
    const view = transcript.view.get();
    return view.entries.map((entry) => receipt(view, entry, "me"));
  };
  expect(state()).toEqual(["sent"]);
  broker.say({ type: "marks", session: "s1", party: "me", delivered: 1, read: 1 });
  expect(state()).toEqual(["sent"]);
  broker.say({ type: "marks", session: "s1", party: "rep", delivered: 1, read: 0 });
  expect(state()).toEqual(["delivered"]);
  broker.say({ type: "marks", session: "s1", party: "rep", delivered: 1, read: 1 });
  expect(state()).toEqual(["read"]);
});

test("marks that come out of order do not go back", async () => {
  void say("hello");
  await pass();
  const mark = { type: "marks", session: "s1", party: "rep" } as const;
  broker.say({ ...mark, delivered: 1, read: 1 });
  broker.say({ ...mark, delivered: 1, read: 0 });
  broker.say({ ...mark, delivered: 0, read: 0 });
  const view = transcript.view.get();
  expect(view.marks).toEqual({ rep: { delivered: 1, read: 1 } });
  expect(view.entries.map((entry) => receipt(view, entry, "me"))).toEqual(["read"]);
});

test("what the customer erases is gone from the screen at once, and nobody else's", async () => {
  const opened = { issue: "computer", team: "t", language: "en", rules: {} };
  broker.happen("s1", { type: "opened", ...opened, by: "me", name: "Max", email: "m@x", page: "" });
  broker.happen("s1", { type: "said", text: "my secret", by: "me" });
  broker.happen("s1", { type: "said", text: "our answer" });
  broker.happen("s1", { type: "texts_erased", by: "me", receipt: "r" });
  broker.happen("s1", { type: "said", text: "said later", by: "me" });
  await pass();
  expect(screen()).toEqual(["", "our answer", "said later"]);
  const [first, second] = transcript.view.get().entries;
  expect(first?.fact).toMatchObject({ name: "", email: "", issue: "computer", erased: true });
  expect(second?.fact).toMatchObject({ text: "", erased: true });
});

test("a line that a rep takes back is gone from the screen at once, and nothing else", async () => {
  broker.happen("s1", { type: "noted", text: "only reps count this" });
  broker.happen("s1", { type: "said", text: "the wrong chat" });
  broker.happen("s1", { type: "said", text: "the right one" });
  await pass();
  const line = transcript.view.get().entries[1]?.shown ?? 0;
  broker.happen("s1", { type: "taken_back", line });
  await pass();
  expect(screen()).toEqual(["only reps count this", "", "the right one"]);
  expect(transcript.view.get().entries[1]?.fact).toMatchObject({ type: "said", erased: true });
});

test("what is delivered and read is told once, and again after a reconnect", async () => {
  const told = () => broker.heard.filter(({ type }) => type === "seen");
  broker.happen("s1", { type: "said", text: "one" });
  broker.happen("s1", { type: "said", text: "two" });
  await pass(200);
  expect(told()).toEqual([{ type: "seen", session: "s1", delivered: 2, read: 0 }]);
  transcript.look(true);
  transcript.look(true);
  await pass(200);
  expect(told().slice(1)).toEqual([{ type: "seen", session: "s1", delivered: 2, read: 2 }]);
  broker.cut();
  await pass(700);
  expect(told().slice(2)).toEqual([{ type: "seen", session: "s1", delivered: 2, read: 2 }]);
});

test("unread lines are those of others since the last look", async () => {
  broker.happen("s1", { type: "said", text: "one" });
  void say("mine");
  broker.happen("s1", { type: "came_back", party: "rep" });
  await pass();
  expect(unread(transcript.view.get(), "me")).toBe(1);
  transcript.look(true);
  expect(unread(transcript.view.get(), "me")).toBe(0);
  transcript.look(false);
  broker.happen("s1", { type: "said", text: "two" });
  await pass();
  expect(unread(transcript.view.get(), "me")).toBe(1);
});

test("whoever writes is shown for six seconds or until the line is there", async () => {
  const writing = () => transcript.view.get().writing;
  broker.say({ type: "is_writing", session: "s1", party: "rep" });
  expect(writing()).toEqual(["rep"]);
  await pass(5_999);
  expect(writing()).toEqual(["rep"]);
  await pass(1);
  expect(writing()).toEqual([]);
  broker.say({ type: "is_writing", session: "s1", party: "rep" });
  broker.happen("s1", { type: "said", text: "done" });
  expect(writing()).toEqual([]);
});

test("keystrokes make few signals, the first at once", async () => {
  const signals = () => broker.heard.filter(({ type }) => type === "writing").length;
  for (let key = 0; key < 40; key++) {
    transcript.typed();
    if (key === 0) expect(signals()).toBe(1);
    await pass(100);
  }
  expect(signals()).toBe(2);
});
