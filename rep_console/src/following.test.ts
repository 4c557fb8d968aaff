import { beforeEach, expect, test, vi } from "vitest";
import { Following } from "./following.ts";
import { KeptStore } from "./kept_store.ts";

const answers = new Map<string, string>();
let isAway = false;

vi.mock("@deskside/browser/api", () => ({
  call: (method: string, _: string, body?: { name: string; value: string }) => {
    if (isAway) return Promise.reject(new Error("away"));
    if (method === "POST" && body) answers.set(body.name, body.value);
    const preferences = [...answers].map(([name, value]) => ({ name, value }));
    return Promise.resolve({ preferences });
  },
}));

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  answers.clear();
  isAway = false;
});

function device() {
  const store = (name: string) => new KeptStore<object>(name, { scheme: "auto" });
  const stores = {
    look: store("look"),
    layout: store("layout"),
    habits: store("habits"),
    alerts: store("alerts"),
  };
  return { ...stores, following: new Following("ana", stores) };
}

test("what the account does not know comes from this device", async () => {
  const { look, following } = device();
  look.set({ scheme: "dark" });
  await following.meet();
  expect(answers.get("look")).toBe('{"scheme":"dark"}');
  expect(answers.get("layout")).toBe('{"scheme":"auto"}');
});

test("what was chosen on another device counts here", async () => {
  answers.set("look", '{"scheme":"dark","other":1}');
  const { look, following } = device();
  await following.meet();
  expect(look.get()).toEqual({ scheme: "dark" });
});

test("a change goes to the account, once it rests", async () => {
  const { look, following } = device();
  await following.meet();
  look.set({ scheme: "light" });
  look.set({ scheme: "dark" });
  expect(answers.get("look")).toBe('{"scheme":"auto"}');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(answers.get("look")).toBe('{"scheme":"dark"}');
});

test("what could not be sent is not overwritten by the next sign-in", async () => {
  const first = device();
  await first.following.meet();
  isAway = true;
  first.look.set({ scheme: "dark" });
  await vi.advanceTimersByTimeAsync(1_000);
  first.following.close();
  isAway = false;
  const { look, following } = device();
  await following.meet();
  expect(look.get()).toEqual({ scheme: "dark" });
  expect(answers.get("look")).toBe('{"scheme":"dark"}');
});
