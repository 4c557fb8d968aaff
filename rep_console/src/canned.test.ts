import { expect, test } from "vitest";
import { filled, findCanned, languageOf, slashTyped, textIn } from "./canned.ts";
import type { Canned } from "./canned.ts";

function canned(title: string, shortcut: string, path: string[] = []): Canned {
  const texts = { en: title, de: `${title} (de)` };
  return {
    id: title,
    version: 1,
    scope: "all",
    team: "",
    path,
    title,
    shortcut,
    texts,
    writable: false,
  };
}

const all = [
  canned("Anything else?", "more", ["Goodbye"]),
  canned("Greeting", "hello", ["Welcome"]),
  canned("Good evening", "help", ["Welcome"]),
  canned("Hello again", "", ["Welcome"]),
];

function titles(typed: string): string[] {
  return findCanned(all, typed).map(({ title }) => title);
}

test("the shortcut is best, then what begins like it, then what has it anywhere", () => {
  expect(titles("hello")).toEqual(["Greeting", "Hello again"]);
  expect(titles("hel")).toEqual(["Good evening", "Greeting", "Hello again"]);
  expect(titles("goodbye")).toEqual(["Anything else?"]);
  expect(titles("nothing like it")).toEqual([]);
});

test("with nothing typed all are there, by category", () => {
  expect(titles("")).toEqual(["Anything else?", "Good evening", "Greeting", "Hello again"]);
});

test("the customer's language comes first, then English, then whatever there is", () => {
  const [one] = all;
  if (!one) throw new Error("none");
  expect(textIn(one, "de")).toBe("Anything else? (de)");
  expect(textIn(one, "fr")).toBe("Anything else?");
  const italian = { ...one, texts: { it: "Altro?" } };
  expect(textIn(italian, "fr")).toBe("Altro?");
  expect([languageOf(one, "fr"), languageOf(italian, "fr")]).toEqual(["en", "it"]);
});

test("variables are filled in once, and what is unknown stays to be seen", () => {
  const text = "Hello {customer}, I am {rep} of {planet}.";
  expect(filled(text, { customer: "{rep}", rep: "Ana" })).toBe(
    "Hello {rep}, I am Ana of {planet}.",
  );
  expect(filled("{constructor} {customer}", { customer: "Max" })).toBe("{constructor} Max");
});

test.each([
  ["Hello {customer}, my name is {rep}.", "Hello, my name is Ana."],
  ["Guten Tag, {customer}, mein Name ist {rep}.", "Guten Tag, mein Name ist Ana."],
  ["Goodbye, {customer}!", "Goodbye!"],
  ["Au revoir, {customer}\u00a0!", "Au revoir\u00a0!"],
  ["{customer}, how can I help you?", "How can I help you?"],
  ["Thank you.\n{customer}: été?", "Thank you.\nÉté?"],
  ["Dear {customer|customer},", "Dear customer,"],
  ["Dear {planet|world}{customer|}.", "Dear {planet|world}."],
])("to somebody without a name %j reads %j", (text, read) => {
  expect(filled(text, { customer: "", rep: "Ana" })).toBe(read);
});

test("what stands after the bar is not for those who have a name", () => {
  expect(filled("Dear {customer|customer},", { customer: "Max" })).toBe("Dear Max,");
});

test("a slash counts where a word begins, up to where one writes", () => {
  expect(slashTyped("/")).toBe("");
  expect(slashTyped("Dear Max, /hel")).toBe("hel");
  expect(slashTyped("and/or")).toBeNull();
  expect(slashTyped("/hel lo")).toBeNull();
  expect(slashTyped("https://example.org/")).toBeNull();
});
