/**
 * Reads gettext catalogues while building, so that pages carry finished words and no parser.
 *
 * Only what a page uses gets into it: the references in a catalogue (`#: folder/file`) say so.
 */
import type { Plugin } from "vite";

export interface PoEntry {
  readonly references: readonly string[];
  readonly id: string;
  /** The English plural, or empty. */
  readonly plural: string;
  readonly forms: readonly string[];
}

/** Make `import messages from "…/de.po"` give the words that the `folders` use. */
export function catalogues(...folders: string[]): Plugin {
  const isUsed = (entry: PoEntry) =>
    entry.references.some((reference) => folders.some((each) => reference.startsWith(`${each}/`)));
  return {
    name: "deskside-catalogues",
    transform(code, id) {
      if (!/\.po(\?|$)/.test(id)) return undefined;
      const messages = parsePo(code)
        .filter((entry) => entry.forms.every((form) => form) && isUsed(entry))
        .map(({ id, plural, forms }) => [id, plural ? forms : forms[0]]);
      return {
        code: `export default ${JSON.stringify(Object.fromEntries(messages))};`,
        map: null,
        moduleType: "js",
      };
    },
  };
}

/** Read the entries of a catalogue, without its header. */
export function parsePo(text: string): PoEntry[] {
  return text
    .split(/\n\s*\n/)
    .map(parseEntry)
    .filter(({ id }) => id);
}

function parseEntry(block: string): PoEntry {
  const references: string[] = [];
  const fields: Record<string, string> = {};
  let field = "";
  for (const line of block.split("\n")) {
    if (line.startsWith("#:")) references.push(...line.slice(2).trim().split(/\s+/));
    const [, keyword, quoted] = /^(?:(msg\S+)\s+)?(".*")$/.exec(line.trim()) ?? [];
    if (!quoted) continue;
    field = keyword ?? field;
    fields[field] = (fields[field] ?? "") + (JSON.parse(quoted) as string);
  }
  const forms = Object.keys(fields)
    .filter((name) => name.startsWith("msgstr"))
    .map((name) => fields[name] ?? "");
  return { references, id: fields.msgid ?? "", plural: fields.msgid_plural ?? "", forms };
}

/** Write a catalogue of `language`; what `parsePo` reads from it is the same again. */
export function writePo(language: string, entries: readonly PoEntry[]): string {
  const forms = language === "fr" ? "n > 1" : "n != 1";
  const header = [
    'msgid ""',
    'msgstr ""',
    `"Language: ${language}\\n"`,
    '"Content-Type: text/plain; charset=UTF-8\\n"',
    `"Plural-Forms: nplurals=2; plural=(${forms});\\n"`,
  ];
  return [header, ...entries.map(entryLines)].map((lines) => lines.join("\n") + "\n").join("\n");
}

function entryLines({ references, id, plural, forms }: PoEntry): string[] {
  const named = references.map((reference) => `#: ${reference}`);
  const quote = JSON.stringify;
  if (!plural) return [...named, `msgid ${quote(id)}`, `msgstr ${quote(forms[0] ?? "")}`];
  const indexed = [0, 1].map((form) => `msgstr[${form}] ${quote(forms[form] ?? "")}`);
  return [...named, `msgid ${quote(id)}`, `msgid_plural ${quote(plural)}`, ...indexed];
}
