import { expect, test } from "vitest";
import { pieces } from "./links.ts";

function addresses(text: string): string[] {
  return pieces(text).flatMap(({ href }) => (href ? [href] : []));
}

test("joined again, the pieces are the text", () => {
  const text = "See https://example.org/a?b=c#d, or (http://example.com/x_(y)). Bye!";
  expect(pieces(text).map((piece) => piece.text)).toHaveLength(5);
  expect(
    pieces(text)
      .map((piece) => piece.text)
      .join(""),
  ).toBe(text);
});

test("what ends the sentence does not belong to the address", () => {
  expect(addresses("Go to https://example.org/a.")).toEqual(["https://example.org/a"]);
  expect(addresses("(https://example.org/a)")).toEqual(["https://example.org/a"]);
  expect(addresses("https://example.org/x_(y)")).toEqual(["https://example.org/x_(y)"]);
});

test.each([
  "javascript:alert(1)",
  "data:text/html,x",
  "JAVASCRIPT://x",
  "vbscript:x",
  "//x.y",
  "https://",
])("%s is no link", (text) => {
  expect(addresses(text)).toEqual([]);
});
