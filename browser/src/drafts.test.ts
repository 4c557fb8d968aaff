import { afterEach, expect, test, vi } from "vitest";
import { Drafts } from "./drafts.ts";

afterEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
});

test("what was typed is there after a reload", () => {
  new Drafts("me").write("s1", "half a sent");
  expect(new Drafts("me").read("s1")).toBe("half a sent");
});

test("drafts of other sessions and other parties are apart", () => {
  new Drafts("me").write("s1", "mine");
  expect(new Drafts("me").read("s2")).toBe("");
  expect(new Drafts("you").read("s1")).toBe("");
});

test("an empty draft leaves nothing behind", () => {
  const drafts = new Drafts("me");
  drafts.write("s1", "a");
  drafts.write("s1", "");
  expect(localStorage.length).toBe(0);
});

test("where storage is blocked a draft lives as long as the page", () => {
  const blocked = () => {
    throw new DOMException("blocked", "SecurityError");
  };
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(blocked);
  vi.spyOn(Storage.prototype, "getItem").mockImplementation(blocked);
  vi.spyOn(Storage.prototype, "removeItem").mockImplementation(blocked);
  const drafts = new Drafts("me");
  drafts.write("s1", "still here");
  expect(drafts.read("s1")).toBe("still here");
  drafts.write("s1", "");
  expect(drafts.read("s1")).toBe("");
});
