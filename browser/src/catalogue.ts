/**
 * The words on screen, in five languages.
 *
 * English stands in the source and is the key; the others are gettext catalogues below
 * `browser/locales`, one a language, of which each page carries only what it uses. The language is
 * the page's, chosen once before anything is drawn: the one piece of state that modules share.
 */
export type Messages = Readonly<Record<string, string | readonly string[]>>;
export type Values = Readonly<Record<string, string | number>>;

const CATALOGUES: Readonly<Record<string, () => Promise<{ default: Messages }>>> = {
  en: () => Promise.resolve({ default: {} }),
  de: () => import("../locales/de.po"),
  es: () => import("../locales/es.po"),
  fr: () => import("../locales/fr.po"),
  it: () => import("../locales/it.po"),
};

export const LANGUAGES = Object.keys(CATALOGUES);

let spoken = "en";
let messages: Messages = {};

/** Return the first of the `wanted` languages that we speak, else English. */
export function chooseLanguage(wanted: readonly string[]): string {
  const bare = wanted.map((tag) => tag.toLowerCase().split("-")[0] ?? "");
  return bare.find((language) => LANGUAGES.includes(language)) ?? "en";
}

/** Load the words of `language`; where they cannot be loaded, English stays. */
export async function speak(language: string, load = CATALOGUES[language]): Promise<void> {
  if (!load) return;
  try {
    messages = (await load()).default;
    spoken = language;
  } catch {
    // A page in English is better than none.
  }
}

export function language(): string {
  return spoken;
}

/** Return `message` in the page's language, each `{name}` replaced by its value. */
export function t(message: string, values: Values = {}): string {
  const found = messages[message];
  return fill(typeof found === "string" ? found : message, values);
}

/** Return the form of a message that fits `count`, which is also its `{count}`. */
export function plural(count: number, one: string, other: string, values: Values = {}): string {
  const form = new Intl.PluralRules(spoken).select(count) === "one" ? 0 : 1;
  const found = messages[one];
  const forms = typeof found === "object" ? found : [one, other];
  return fill(forms[form] ?? other, { count, ...values });
}

function fill(message: string, values: Values): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}
