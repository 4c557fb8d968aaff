import { expect, test } from "vitest";
import { MOST_UNREAD, fromFrame, post, toFrame } from "./embedding.ts";

const DESK = "https://help.desk.example";

function frameWindow(): Window {
  const frame = document.createElement("iframe");
  document.body.append(frame);
  const { contentWindow } = frame;
  if (!contentWindow) throw new Error("the frame has no window");
  return contentWindow;
}

const page = frameWindow();

function told(data: unknown, source: Window | null = page, origin = DESK): MessageEvent {
  return new MessageEvent("message", { data, source, origin });
}

const marked = (said: unknown) => told({ deskside: said });

test.each([
  { type: "ready" },
  { type: "hide" },
  { type: "state", unread: 0, on: false },
  { type: "state", unread: MOST_UNREAD, on: true },
])("the button hears of the frame: %j", (said) => {
  expect(fromFrame(marked(said), page, DESK)).toEqual(said);
});

test.each([{ type: "shown" }, { type: "hidden" }])("the frame hears of the button: %j", (said) => {
  expect(toFrame(marked(said), page, DESK)).toEqual(said);
});

test.each([
  "https://evil.example",
  "https://help.desk.example.evil.example",
  "https://help.desk.example:8443",
  "http://help.desk.example",
  "null",
  "",
])("another origin in the same window is not heard: %s", (origin) => {
  expect(fromFrame(told({ deskside: { type: "hide" } }, page, origin), page, DESK)).toBeNull();
  expect(toFrame(told({ deskside: { type: "hidden" } }, page, origin), page, DESK)).toBeNull();
});

test("another window of the same origin is not heard, nor one that is gone", () => {
  for (const source of [frameWindow(), window, null]) {
    expect(fromFrame(told({ deskside: { type: "hide" } }, source), page, DESK)).toBeNull();
    expect(toFrame(told({ deskside: { type: "hidden" } }, source), page, DESK)).toBeNull();
  }
});

test.each([
  null,
  undefined,
  "ready",
  7,
  [],
  {},
  { type: "ready" },
  { deskside: null },
  { deskside: "ready" },
  { deskside: { type: "end" } },
  { deskside: { type: ["ready"] } },
  Object.create({ deskside: { type: "ready" } }) as unknown,
])("what has another shape is dropped: %j", (data) => {
  expect(fromFrame(told(data), page, DESK)).toBeNull();
  expect(toFrame(told(data), page, DESK)).toBeNull();
});

test.each([
  { unread: -1, on: true },
  { unread: 1.5, on: true },
  { unread: MOST_UNREAD + 1, on: true },
  { unread: Number.NaN, on: true },
  { unread: "1", on: true },
  { unread: 1, on: "yes" },
  { unread: 1 },
  { on: true },
])("a state that cannot be is dropped: %j", (state) => {
  expect(fromFrame(marked({ type: "state", ...state }), page, DESK)).toBeNull();
});

test("neither hears its own words from the other", () => {
  expect(fromFrame(marked({ type: "shown" }), page, DESK)).toBeNull();
  expect(toFrame(marked({ type: "ready" }), page, DESK)).toBeNull();
});

test("nothing but what is known gets through", () => {
  const said = { type: "state", unread: 1, on: true, html: "<b>", __proto__: { x: 1 } };
  expect(fromFrame(marked(said), page, DESK)).toEqual({ type: "state", unread: 1, on: true });
});

test("what is posted goes to the page of that origin alone, in words that are heard", () => {
  const posted: unknown[][] = [];
  const target = { postMessage: (...given: unknown[]) => posted.push(given) };
  post(target as unknown as Window, DESK, { type: "shown" });
  expect(posted).toEqual([[{ deskside: { type: "shown" } }, DESK]]);
  expect(toFrame(told(posted[0]?.[0]), page, DESK)).toEqual({ type: "shown" });
});
