import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inMemory } from "./kept_requests.ts";
import { Link } from "./link.ts";
import { Outbox } from "./outbox.ts";
import { SentFiles } from "./sending.ts";
import { FakeBroker } from "./testing/fake_broker.ts";

let broker: FakeBroker;
let link: Link;
let files: SentFiles;

beforeEach(async () => {
  vi.useFakeTimers();
  broker = new FakeBroker();
  link = new Link({ ticket: () => Promise.resolve("t"), open: broker.open, random: () => 1 });
  const outbox = new Outbox("me", link, inMemory());
  files = new SentFiles({ session: "s1", link, ask: (asked) => outbox.ask(asked), token: "" });
  link.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(files.chooseAgain("f1", "a.txt", 3, new File(["abc"], "a.txt"))).toBe(true);
  says(false);
  broker.heard.length = 0;
});

afterEach(() => {
  files.close();
  link.stop();
  vi.useRealTimers();
});

/** The broker says whether the file is paused. */
function says(held: boolean): void {
  broker.say({ type: "file_held", session: "s1", file: "f1", held });
}

/** What the broker heard of pausing. */
function told(): boolean[] {
  return broker.heard.flatMap((said) => (said.type === "hold_file" ? [said.held] : []));
}

function isPaused(): boolean | undefined {
  return files.sendings.get().f1?.paused;
}

async function backOnline(): Promise<void> {
  await vi.advanceTimersByTimeAsync(500);
  expect(link.state.get().open).toBe(true);
}

test("what is paused without a line is said once there is one", async () => {
  broker.cut();
  files.hold("f1", true);
  expect([isPaused(), told()]).toEqual([true, []]);
  await backOnline();
  expect(told()).toEqual([true]);
});

test("what was said into a dead line is said again, until the broker says it too", async () => {
  broker.cut(1006, true);
  files.hold("f1", true);
  const dead = told().length;
  link.stop();
  link.start();
  await backOnline();
  expect(told().length).toBe(dead + 1);
  says(true);
  broker.cut();
  await backOnline();
  expect(told().length).toBe(dead + 1);
  expect(isPaused()).toBe(true);
});

test("what the broker said before it heard of a pause does not end it", () => {
  files.hold("f1", true);
  says(false);
  expect(isPaused()).toBe(true);
  says(true);
  // From now on whoever lets it go on is believed.
  says(false);
  expect(isPaused()).toBe(false);
});
