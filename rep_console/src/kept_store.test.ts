import { keep, kept } from "@deskside/browser/storage";
import { beforeEach, expect, test } from "vitest";
import { KeptStore } from "./kept_store.ts";

interface Look {
  readonly density: string;
  readonly width: number;
}

const usual: Look = { density: "comfortable", width: 300 };

beforeEach(() => localStorage.clear());

test("what is chosen is there again after a reload", () => {
  new KeptStore("look", usual).patch({ density: "compact" });
  expect(new KeptStore("look", usual).get()).toEqual({ density: "compact", width: 300 });
});

test("a damaged or older value costs no more than itself", () => {
  keep("look", "{nonsense");
  expect(new KeptStore("look", usual).get()).toEqual(usual);
  keep("look", JSON.stringify({ density: "compact", width: "wide" }));
  expect(new KeptStore("look", usual).get()).toEqual({ density: "compact", width: 300 });
});

test("another window's choice is heard, and not written back", () => {
  const store = new KeptStore("look", usual);
  const value = JSON.stringify({ density: "compact", width: 200 });
  dispatchEvent(new StorageEvent("storage", { key: "deskside.look", newValue: value }));
  expect(store.get()).toEqual({ density: "compact", width: 200 });
  expect(kept("look")).toBe("");
});
