import { expect, test, vi } from "vitest";
import { Store } from "./store.ts";

test("listeners are told of changes until they stop", () => {
  const store = new Store({ a: 1, b: 1 });
  const listener = vi.fn();
  const stop = store.subscribe(listener);
  store.patch({ b: 2 });
  expect(store.get()).toEqual({ a: 1, b: 2 });
  stop();
  store.patch({ b: 3 });
  expect(listener).toHaveBeenCalledTimes(1);
});

test("nothing is told when nothing changed", () => {
  const store = new Store("same");
  const listener = vi.fn();
  store.subscribe(listener);
  store.set("same");
  expect(listener).not.toHaveBeenCalled();
});
