/** The canned messages that this rep may use: kept up to date, found by typing, filled in. */
import { call } from "@deskside/browser/api";
import type { Link } from "@deskside/browser/link";
import { Store } from "@deskside/browser/store";

export interface Canned {
  readonly id: string;
  readonly version: number;
  readonly scope: "personal" | "team" | "all";
  readonly team: string;
  /** Its category, the outermost first. */
  readonly path: readonly string[];
  readonly title: string;
  /** What follows the `/`, or empty. */
  readonly shortcut: string;
  readonly texts: Readonly<Record<string, string>>;
  /** Whether this rep may change it. */
  readonly writable: boolean;
}

/** What a canned message is to be; without `id` a new one. */
export type Edited = Omit<Canned, "id" | "version" | "writable"> &
  Partial<Pick<Canned, "id" | "version">>;

export class CannedMessages {
  readonly all = new Store<readonly Canned[]>([]);
  #version = -1;
  #wanted = 0;

  /** Fetch the list now, and again whenever the broker tells that it has changed. */
  listen(link: Link): () => void {
    return link.on((frame) => {
      if (frame.type === "welcome") void this.#fetch();
      if (frame.type === "canned" && frame.version > this.#version) void this.#fetch();
    });
  }

  async save(edited: Edited): Promise<void> {
    await call("POST", "/v1/canned", edited);
    await this.#fetch();
  }

  async remove({ id, version }: Canned): Promise<void> {
    await call("POST", "/v1/canned/delete", { id, version });
    await this.#fetch();
  }

  async #fetch(): Promise<void> {
    const turn = ++this.#wanted;
    try {
      const path = "/v1/canned";
      const found = await call<{ version: number; messages: readonly Canned[] }>("GET", path);
      if (turn !== this.#wanted) return;
      this.#version = found.version;
      this.all.set(found.messages);
    } catch {
      // What is there still serves; the next welcome or change fetches again.
    }
  }
}

/** Return what fits `typed`, best first: the shortcut, then its beginning, then title and path. */
export function findCanned(all: readonly Canned[], typed: string): readonly Canned[] {
  const wanted = typed.toLowerCase();
  const rank = ({ shortcut, title, path }: Canned) => {
    const name = shortcut.toLowerCase();
    if (name && name === wanted) return 0;
    if (name.startsWith(wanted) && wanted) return 1;
    const text = [...path, title, name].join(" ").toLowerCase();
    return text.includes(wanted) ? 2 : 3;
  };
  return all
    .map((each) => ({ each, rank: rank(each) }))
    .filter((found) => found.rank < 3)
    .toSorted((a, b) => a.rank - b.rank || byPath(a.each, b.each))
    .map(({ each }) => each);
}

export function byPath(one: Canned, other: Canned): number {
  return [...one.path, one.title].join("/").localeCompare([...other.path, other.title].join("/"));
}

/** Return which language a message is used in: the first of `languages` it has, English, or any. */
export function languageOf({ texts }: Canned, ...languages: readonly string[]): string {
  return [...languages, "en", ...Object.keys(texts)].find((language) => texts[language]) ?? "";
}

/** Return the text in that language. */
export function textIn(canned: Canned, ...languages: readonly string[]): string {
  return canned.texts[languageOf(canned, ...languages)] ?? "";
}

/** `{name}` or `{name|what else}`, with what stands between it and the word before. */
const VARIABLE = /(,?[ \u00a0\u202f]*)\{(\w+)(?:\|([^{}\n]*))?\}/g;

/** Where nothing was put in at the beginning of a line, and what follows it there. */
const NOTHING_AT_FIRST = /(^|\n)\ue000[,;:]?[ \u00a0\u202f]*(\p{L}?)/gu;

/**
 * Put values in for `{name}`. Where there is none, such as the name of somebody who gave none, what
 * stands after the bar of `{name|what else}` is put in, or the sentence goes on without it. What is
 * not known stays, so that the rep sees it.
 */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  const put = (whole: string, before: string, name: string, instead: string | undefined) => {
    if (!Object.hasOwn(values, name)) return whole;
    const value = values[name] === "" ? instead : values[name];
    return value ? before + value : "\ue000";
  };
  return text
    .replace(VARIABLE, put)
    .replace(NOTHING_AT_FIRST, (_, start: string, letter: string) => start + letter.toUpperCase())
    .replaceAll("\ue000", "");
}

/** Return what is typed after a slash that begins a word at the end of `before`, or null. */
export function slashTyped(before: string): string | null {
  return /(?:^|\s)\/([\p{L}\p{N}_-]{0,32})$/u.exec(before)?.[1] ?? null;
}
