import { expect, test } from "vitest";
import { sendable, sendableAll } from "./texts.ts";

const HALF = "😀".slice(0, 1);
const OTHER_HALF = "😀".slice(1);

test.each([
  ["all is well 😀", "all is well 😀"],
  ["", ""],
  [`cut at the end ${HALF}`, "cut at the end "],
  [`${HALF} first`, "\uFFFD first"],
  [`${OTHER_HALF}${HALF}x😀`, "\uFFFD\uFFFDx😀"],
  ["a\0b", "ab"],
])("%j is sent as %j", (text, sent) => {
  expect(sendable(text)).toBe(sent);
});

test("in a request every text is made sendable, and nothing else changes", () => {
  const asked = { type: "start", name: `Max ${HALF}`, issue: "computer", rating: 3 };
  expect(sendableAll(asked)).toEqual({ ...asked, name: "Max " });
});
