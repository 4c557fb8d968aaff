import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inMemory, openKeptRequests } from "./kept_requests.ts";
import type { KeptRequests } from "./kept_requests.ts";
import { Link } from "./link.ts";
import { Outbox } from "./outbox.ts";
import { FakeBroker, seeded } from "./testing/fake_broker.ts";
import type { Fault } from "./testing/fake_broker.ts";
import { uuid7 } from "./uuid7.ts";

const realTimeout = setTimeout;

let broker: FakeBroker;
let links: Link[];
let kept: KeptRequests;

beforeEach(async () => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  kept = await openKeptRequests();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  broker = new FakeBroker();
  links = [];
});

afterEach(() => {
  for (const link of links) link.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** What a page does when it is opened; `online` false keeps it from connecting. */
function page(online = true, store = kept): { link: Link; outbox: Outbox } {
  const link = new Link({ ticket: () => Promise.resolve("t"), open: broker.open, random: () => 1 });
  links.push(link);
  if (online) link.start();
  return { link, outbox: new Outbox("me", link, store) };
}

function say(text: string) {
  return { type: "say", session: "s1", text } as const;
}

/** Let the database, the line and the clock run for a while. */
async function pass(ms = 0): Promise<void> {
  for (let turn = 0; turn < 12; turn++) {
    await new Promise((resolve) => realTimeout(resolve));
    await vi.advanceTimersByTimeAsync(ms / 12);
  }
}

test("a request is sent and answered", async () => {
  const { outbox } = page();
  const answer = outbox.ask(say("hello"));
  await pass();
  expect(await answer).toMatchObject({ type: "answered", session: "s1", place: 1 });
  expect(outbox.waiting.get()).toEqual([]);
  expect(await kept.of("me")).toEqual([]);
});

test("it is kept before it is sent", async () => {
  const { outbox, link } = page();
  await pass();
  const send = vi.spyOn(link, "send");
  void outbox.ask(say("hello"), () => expect(send).not.toHaveBeenCalled());
  await pass();
  expect(send).toHaveBeenCalledOnce();
});

test("what was typed offline is said in order once the line is there", async () => {
  const { outbox, link } = page(false);
  for (const text of ["one", "two", "three"]) void outbox.ask(say(text));
  await pass();
  expect(broker.said("s1")).toEqual([]);
  link.start();
  await pass();
  expect(broker.said("s1")).toEqual(["one", "two", "three"]);
});

test("a page killed before the answer leaves nothing unsaid and says nothing twice", async () => {
  const { outbox, link } = page();
  await pass();
  broker.silent = true;
  void outbox.ask(say("one"));
  void outbox.ask(say("two"));
  await pass();
  link.stop();
  outbox.close();
  const next = page();
  expect(broker.said("s1")).toEqual(["one"]);
  await pass();
  expect(broker.said("s1")).toEqual(["one", "two"]);
  expect(next.outbox.waiting.get()).toEqual([]);
});

test("two tabs that both repeat it do no harm", async () => {
  const before = page(false);
  void before.outbox.ask(say("once"));
  await pass();
  page();
  page();
  await pass();
  expect(broker.said("s1")).toEqual(["once"]);
});

test("a refused request is given up and the next one goes", async () => {
  const { outbox } = page();
  broker.refusals.push("closed");
  const refused = outbox.ask(say("too late"));
  const next = outbox.ask({ ...say("elsewhere"), session: "s2" });
  await pass();
  expect(await refused).toMatchObject({ type: "refused", code: "closed" });
  expect(await next).toMatchObject({ type: "answered" });
  expect(outbox.waiting.get()).toEqual([]);
});

test("words that the broker cannot read are not sent again, and outlive the page", async () => {
  const { outbox, link } = page();
  broker.refusals.push("malformed");
  void outbox.ask(say("unreadable"));
  await pass();
  link.stop();
  outbox.close();
  broker.heard.length = 0;
  const next = page().outbox;
  await pass();
  expect(broker.heard).toEqual([]);
  expect(next.waiting.get()).toEqual([]);
  const [line] = next.refused.get();
  expect(line).toMatchObject({ request: say("unreadable"), refusal: { code: "malformed" } });
  next.dismiss(line?.request.id ?? "");
  await pass();
  expect(next.refused.get()).toEqual([]);
  expect(await kept.of("me")).toEqual([]);
});

test("a refused click is not kept", async () => {
  const { outbox } = page();
  broker.refusals.push("taken");
  void outbox.ask({ type: "accept", session: "s1" });
  await pass();
  expect(outbox.refused.get()).toEqual([]);
  expect(await kept.of("me")).toEqual([]);
});

test("words turned down more than a day ago are forgotten", async () => {
  const id = "01900000-0000-7000-8000-000000000000";
  const refusal = { type: "refused", id, session: "s1", code: "closed", detail: "" } as const;
  await kept.put({ id, party: "me", request: { ...say("too late"), id }, refusal });
  const { outbox } = page(false);
  await pass();
  expect(outbox.refused.get()).toEqual([]);
  expect(await kept.of("me")).toEqual([]);
});

test("half a character neither leaves the page nor stays from an older one", async () => {
  const half = "\ud83d";
  const id = uuid7();
  const request = { ...say(`kept before ${half}`), id };
  await kept.put({ id, party: "me", request });
  const { outbox } = page();
  void outbox.ask(say(`cut here ${half}`));
  await pass();
  expect(broker.said("s1")).toEqual(["kept before ", "cut here "]);
});

test("a click that is old when the page comes back is not meant any more", async () => {
  const before = page(false);
  void before.outbox.ask({ type: "accept", session: "s1" });
  void before.outbox.ask(say("still meant"));
  await pass();
  vi.setSystemTime(Date.now() + 61_000);
  const after = page(false);
  await pass();
  expect(after.outbox.waiting.get().map(({ type }) => type)).toEqual(["say"]);
});

test("another party on this device neither sees nor sends it", async () => {
  const before = page(false);
  void before.outbox.ask(say("mine"));
  await pass();
  const other = new Outbox("somebody else", before.link, kept);
  await pass();
  expect(other.waiting.get()).toEqual([]);
});

test("without IndexedDB it still works, for as long as the page lives", async () => {
  const { outbox } = page(true, inMemory());
  void outbox.ask(say("hello"));
  await pass();
  expect(broker.said("s1")).toEqual(["hello"]);
});

test("a store that fails does not keep a request from being sent", async () => {
  const full = { ...inMemory(), put: () => Promise.reject(new Error("full")) };
  const { outbox } = page(true, full);
  void outbox.ask(say("hello"));
  await pass();
  expect(broker.said("s1")).toEqual(["hello"]);
});

test.each([1, 2, 3, 4, 5])(
  "on a bad line all is said once and in order (seed %i)",
  async (seed) => {
    const random = seeded(seed);
    const faults: Fault[] = ["lose", "twice", "cut", "late"];
    broker.fault = (frame) =>
      // Within a connection only facts may go missing: TCP loses no frame, brokers lose rings.
      random() < 0.6 ? "none" : pick(faults, random, frame.type === "answered" ? 1 : 0);
    let { outbox } = page();
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    for (const [index, line] of lines.entries()) {
      void outbox.ask(say(line));
      await pass(random() * 200);
      if (index % 10 === 9) {
        // The page is reloaded in the middle.
        links.at(-1)?.stop();
        outbox.close();
        ({ outbox } = page());
      }
    }
    broker.fault = () => "none";
    for (let turn = 0; turn < 20; turn++) await pass(2_000);
    expect(broker.said("s1")).toEqual(lines);
  },
);

function pick(faults: readonly Fault[], random: () => number, from: number): Fault {
  return faults[from + Math.floor(random() * (faults.length - from))] ?? "none";
}
