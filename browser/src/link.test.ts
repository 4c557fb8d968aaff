import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "./api.ts";
import type { Frame } from "./contract.ts";
import { Link, backoff } from "./link.ts";
import { FakeBroker } from "./testing/fake_broker.ts";

let broker: FakeBroker;
let link: Link;
let tickets: number;

beforeEach(() => {
  vi.useFakeTimers();
  broker = new FakeBroker();
  tickets = 0;
  const ticket = () => Promise.resolve(`ticket-${++tickets}`);
  link = new Link({ ticket, open: broker.open, random: () => 1 });
});

afterEach(() => {
  link.stop();
  vi.useRealTimers();
});

async function opened(): Promise<void> {
  link.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(link.state.get().open).toBe(true);
}

test("it is open once the broker said welcome", async () => {
  link.start();
  expect(link.state.get().open).toBe(false);
  await opened();
  expect(link.welcome.get()?.party).toBe("me");
});

test("waits double up to 15 s and are spread over their whole length", () => {
  expect([0, 1, 2, 5, 20].map((n) => backoff(n, () => 1))).toEqual([500, 1000, 2000, 15000, 15000]);
  expect(backoff(3, () => 0.25)).toBe(1000);
});

test("it comes back with a new ticket after the line was cut", async () => {
  await opened();
  broker.cut();
  expect(link.state.get().open).toBe(false);
  await vi.advanceTimersByTimeAsync(500);
  expect(link.state.get().open).toBe(true);
  expect(tickets).toBe(2);
});

test("waits grow while it keeps failing and are short again after a steady time", async () => {
  await opened();
  broker.cut();
  await vi.advanceTimersByTimeAsync(500);
  broker.cut();
  await vi.advanceTimersByTimeAsync(999);
  expect(link.state.get().open).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(link.state.get().open).toBe(true);
  await vi.advanceTimersByTimeAsync(5_000);
  broker.cut();
  await vi.advanceTimersByTimeAsync(500);
  expect(link.state.get().open).toBe(true);
});

test("after a restart of the broker it comes back at once, each page a little apart", async () => {
  await opened();
  for (let restart = 0; restart < 5; restart++) {
    broker.cut(1012);
    await vi.advanceTimersByTimeAsync(500);
    expect(link.state.get().open).toBe(true);
  }
});

test("a beat is answered", async () => {
  await opened();
  broker.say({ type: "beat" });
  await vi.advanceTimersByTimeAsync(0);
  expect(broker.heard).toContainEqual({ type: "beat" });
});

test("after 30 s of silence the link counts as dead", async () => {
  await opened();
  broker.cut(0, true);
  await vi.advanceTimersByTimeAsync(29_999);
  expect(link.state.get().open).toBe(true);
  await vi.advanceTimersByTimeAsync(1);
  expect(link.state.get().open).toBe(false);
  await vi.advanceTimersByTimeAsync(500);
  expect(link.state.get().open).toBe(true);
});

test.each([1, 60])("a broker that beats every %i s is dead after two beats", async (seconds) => {
  broker.beatSeconds = seconds;
  await opened();
  broker.cut(0, true);
  await vi.advanceTimersByTimeAsync(2_000 * seconds - 1);
  expect(link.state.get().open).toBe(true);
  await vi.advanceTimersByTimeAsync(1);
  expect(link.state.get().open).toBe(false);
});

test("a page that comes back waits for the welcome as long as at first", async () => {
  broker.beatSeconds = 1;
  await opened();
  broker.mute = true;
  broker.cut();
  await vi.advanceTimersByTimeAsync(500 + 29_999);
  expect(tickets).toBe(2);
});

test("a network that is back is used without waiting", async () => {
  await opened();
  broker.cut();
  dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(0);
  expect(link.state.get().open).toBe(true);
});

test("what an old connection still says is not heard", async () => {
  await opened();
  const old = broker.sockets[0];
  broker.cut();
  await vi.advanceTimersByTimeAsync(500);
  const heard: Frame[] = [];
  link.on((frame) => heard.push(frame));
  old?.onmessage?.({ data: '{"type":"beat"}' });
  expect(heard).toEqual([]);
});

test("followed sessions are asked for again from where they are", async () => {
  await opened();
  let place = 0;
  const forget = link.follow("s1", () => place);
  place = 7;
  broker.cut();
  await vi.advanceTimersByTimeAsync(500);
  forget();
  await vi.advanceTimersByTimeAsync(0);
  expect(broker.heard).toEqual([
    { type: "resume", session: "s1", after: 0 },
    { type: "resume", session: "s1", after: 7 },
    { type: "forget", session: "s1" },
  ]);
});

test("a final goodbye ends it", async () => {
  await opened();
  broker.say({ type: "goodbye", why: "signed_out", final: true });
  expect(link.state.get()).toMatchObject({ open: false, closed: "signed_out" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tickets).toBe(1);
});

test("who is not signed in gets no ticket and does not ask on", async () => {
  const refused = vi.fn(() => Promise.reject(new ApiError(401, "not_signed_in", "")));
  link = new Link({ ticket: refused });
  link.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(link.state.get().closed).toBe("signed_out");
  expect(refused).toHaveBeenCalledTimes(1);
});

test("a busy broker is given the time it asks for", async () => {
  const busy = vi.fn(() => Promise.reject(new ApiError(429, "rate_limited", "", 9)));
  link = new Link({ ticket: busy, random: () => 0 });
  link.start();
  await vi.advanceTimersByTimeAsync(8_999);
  expect(busy).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(busy).toHaveBeenCalledTimes(2);
});

test("the broker's clock is told from its welcome", async () => {
  vi.setSystemTime(5_000_000);
  await opened();
  expect(link.now()).toBe(0);
});
