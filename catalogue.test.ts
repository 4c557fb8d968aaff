/**
 * Every word on screen is in every language. `npm run catalogues` adds what is new to the
 * catalogues, empty, and takes out what is no longer used.
 */
import { readFileSync, readdirSync } from "node:fs";
import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";
import { parsePo, writePo } from "./vite.catalogue.ts";
import type { PoEntry } from "./vite.catalogue.ts";

type Message = Pick<PoEntry, "id" | "plural" | "references">;

const FOLDERS = ["browser", "html5_client", "rep_console", "widget"];

function sources(folder: string): string[] {
  return readdirSync(`${folder}/src`, { recursive: true, encoding: "utf8" })
    .filter((name) => /(?<!\.test|\.d)\.tsx?$/.test(name) && name !== "catalogue.ts")
    .map((name) => `${folder}/src/${name}`)
    .sort();
}

/** The calls of `t(…)` and `plural(…)` in one file. */
function messagesIn(file: string): Message[] {
  const found: Message[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const texts = node.arguments.filter((each) => ts.isStringLiteralLike(each));
      const [id = "", plural = ""] = texts.map(({ text }) => text);
      if (node.expression.text === "t") found.push({ id, plural: "", references: [file] });
      if (node.expression.text === "plural") found.push({ id, plural, references: [file] });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true));
  return found;
}

/** All messages of all pages, each once, in the order of files. */
function collected(): Message[] {
  const all = new Map<string, Message>();
  for (const file of FOLDERS.flatMap(sources)) {
    for (const message of messagesIn(file)) {
      const references = [...(all.get(message.id)?.references ?? []), file];
      all.set(message.id, { ...message, references: [...new Set(references)] });
    }
  }
  return [...all.values()];
}

// Read once: every source file is parsed for it.
let messages: readonly Message[] = [];
beforeAll(() => {
  messages = collected();
}, 60_000);

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();
}

describe.each(["de", "es", "fr", "it"])("%s.po", (language) => {
  const file = `browser/locales/${language}.po`;
  const translated = new Map(parsePo(readFileSync(file, "utf8")).map((entry) => [entry.id, entry]));

  test("holds the messages of the sources and no others", async () => {
    const entries = messages.map((message) => ({
      ...message,
      forms: translated.get(message.id)?.forms ?? [],
    }));
    await expect(writePo(language, entries)).toMatchFileSnapshot(file);
  });

  test("leaves nothing untranslated", () => {
    const missing = [...translated.values()].filter(({ forms }) => forms.some((form) => !form));
    expect(missing.map(({ id }) => id)).toEqual([]);
  });

  test("fills in the same values as English", () => {
    for (const { id, plural, forms } of translated.values()) {
      expect(placeholders(forms.at(-1) ?? "")).toEqual(placeholders(plural || id));
    }
  });
});

test("every message is written out in the source, so that it can be found", () => {
  expect(messages.filter(({ id }) => !id)).toEqual([]);
});

test("what is written is read again", () => {
  const entries = [
    { references: ["a/b.ts"], id: 'Say "hi"\n', plural: "", forms: ["Sag „hi“\n"] },
    {
      references: ["a/b.ts"],
      id: "{count} line",
      plural: "{count} lines",
      forms: ["eins", "viele"],
    },
  ];
  expect(parsePo(writePo("de", entries))).toEqual(entries);
});
