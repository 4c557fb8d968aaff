import { speak } from "@deskside/browser/catalogue";
import { afterEach, expect, test } from "vitest";
import { EMOJI, findEmoji } from "@deskside/browser/emoji";

afterEach(() => speak("en"));

const signs = (wanted: string) => findEmoji(wanted).map(({ sign }) => sign);

test("an emoji is found by the beginnings of its words, in any order", () => {
  expect(signs("thu up")).toEqual(["👍"]);
  expect(signs("UP thumbs")).toEqual(["👍"]);
  expect(signs("humbs")).toEqual([]);
  expect(signs(" ")).toHaveLength(EMOJI.length);
});

test("an emoji is found in the language of the page, with accents or without", async () => {
  await speak("fr");
  expect(signs("étoile")).toEqual(["⭐"]);
  expect(signs("etoile")).toEqual(["⭐"]);
  await speak("de");
  expect(signs("schlüs")).toEqual(["🔑"]);
});

test.each(["en", "de", "es", "fr", "it"])("in %s no two emoji have the same name", async (each) => {
  await speak(each);
  const names = EMOJI.map(({ name }) => name());
  expect(new Set(names).size).toBe(EMOJI.length);
});
