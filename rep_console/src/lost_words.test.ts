import { afterEach, beforeEach, expect, test } from "vitest";
import { LostWords } from "./lost_words.ts";

let field: HTMLTextAreaElement;
let words: LostWords;

beforeEach(() => {
  field = document.createElement("textarea");
  document.body.append(field);
  words = new LostWords();
});

afterEach(() => field.remove());

test("what is typed after the text box has gone is no command, until the hand rests", () => {
  expect(words.goOn(field, 0)).toBe(false);
  field.remove();
  expect(words.goOn(document.body, 200)).toBe(true);
  expect(words.goOn(document.body, 1_600)).toBe(true);
  expect(words.goOn(document.body, 3_200)).toBe(false);
  expect(words.goOn(document.body, 3_300)).toBe(false);
});

test("who has left the text box means what they press", () => {
  expect(words.goOn(field, 0)).toBe(false);
  expect(words.goOn(document.body, 100)).toBe(false);
  field.remove();
  expect(words.goOn(document.body, 200)).toBe(false);
});

test("who goes on in another text box has lost nothing", () => {
  const other = document.createElement("textarea");
  document.body.append(other);
  expect(words.goOn(field, 0)).toBe(false);
  field.remove();
  expect(words.goOn(other, 100)).toBe(false);
  expect(words.goOn(document.body, 200)).toBe(false);
  other.remove();
});
