import { afterEach, expect, test } from "vitest";
import { RepDrafts } from "./rep_drafts.ts";

afterEach(() => localStorage.clear());

test("a note is still a note after a reload, and a message a message", () => {
  const drafts = new RepDrafts("me");
  drafts.put("s1", "between us", true);
  drafts.put("s2", "to them", false);
  const again = new RepDrafts("me");
  expect([again.read("s1"), again.isNote("s1")]).toEqual(["between us", true]);
  expect([again.read("s2"), again.isNote("s2")]).toEqual(["to them", false]);
});

test("once a note is sent the next draft is for the customer", () => {
  const drafts = new RepDrafts("me");
  drafts.put("s1", "between us", true);
  drafts.put("s1", "", true);
  drafts.write("s1", "to them");
  expect(drafts.isNote("s1")).toBe(false);
});

test.each([
  ["a refused note before a message", true, false],
  ["a line taken back before a note", false, true],
])("%s makes a note of both", (_, isNote, wasNote) => {
  const drafts = new RepDrafts("me");
  drafts.put("s1", "later", wasNote);
  drafts.putBefore("s1", "first", isNote);
  expect([drafts.read("s1"), drafts.isNote("s1")]).toEqual(["first\nlater", true]);
});

test("a line taken back before a message stays for the customer", () => {
  const drafts = new RepDrafts("me");
  drafts.put("s1", "later", false);
  drafts.putBefore("s1", "first", false);
  expect(drafts.isNote("s1")).toBe(false);
});
