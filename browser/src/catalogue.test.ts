import { afterEach, expect, test } from "vitest";
import { chooseLanguage, language, plural, speak, t } from "./catalogue.ts";

const german = () =>
  Promise.resolve({
    default: {
      "Hello {name}": "Hallo {name}",
      "{count} line": ["{count} Zeile", "{count} Zeilen"],
    },
  });
const french = () =>
  Promise.resolve({ default: { "{count} line": ["{count} ligne", "{count} lignes"] } });

afterEach(() => speak("en"));

test("English is what stands in the source", () => {
  expect(t("Hello {name}", { name: "Ana" })).toBe("Hello Ana");
  expect([1, 2].map((count) => plural(count, "{count} line", "{count} lines"))).toEqual([
    "1 line",
    "2 lines",
  ]);
});

test("another language is spoken once it is loaded, and English where a word is missing", async () => {
  await speak("de", german);
  expect(language()).toBe("de");
  expect(t("Hello {name}", { name: "Ana" })).toBe("Hallo Ana");
  expect(plural(3, "{count} line", "{count} lines")).toBe("3 Zeilen");
  expect(t("Not yet translated")).toBe("Not yet translated");
});

test("each language counts in its own way", async () => {
  await speak("fr", french);
  expect(plural(0, "{count} line", "{count} lines")).toBe("0 ligne");
});

test("a catalogue that cannot be loaded leaves English", async () => {
  await speak("it", () => Promise.reject(new Error("offline")));
  expect(language()).toBe("en");
});

test("the first wanted language that we speak is chosen", () => {
  expect(chooseLanguage(["pt-BR", "de-AT", "en"])).toBe("de");
  expect(chooseLanguage(["pt"])).toBe("en");
});

test("what a value says is never filled in again", () => {
  expect(t("Hello {name}", { name: "{name}" })).toBe("Hello {name}");
});
