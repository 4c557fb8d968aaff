/** What the site says in the script's tag, and where that tag came from. */
import { chooseLanguage } from "@deskside/browser/catalogue";

export interface Settings {
  /** The origin of the help desk. */
  readonly desk: string;
  readonly language: string;
  /** `#rrggbb`, or nothing. */
  readonly colour: string;
  /** The issue that is picked beforehand, or nothing. */
  readonly issue: string;
}

const COLOUR = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;
const ISSUE = /^[\w.:-]{1,64}$/;

/** Read the tag of this script; nothing when there is none, as in a module. */
export function settingsOf(tag: Element | null): Settings | null {
  if (!(tag instanceof HTMLScriptElement) || !tag.src) return null;
  const { language = "", colour = "", issue = "" } = tag.dataset;
  return {
    desk: new URL(tag.src).origin,
    language: chooseLanguage([language, document.documentElement.lang, ...navigator.languages]),
    colour: COLOUR.test(colour) ? colour : "",
    issue: ISSUE.test(issue) ? issue : "",
  };
}

/** Return black or white, whichever is read better on `colour` (WCAG 2.2, relative luminance). */
export function inkOn(colour: string): string {
  const short = colour.length === 4;
  const digits = short ? colour.replace(/[0-9a-f]/gi, (digit) => digit + digit) : colour;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(digits.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  // Where the contrast with black and with white is the same.
  return luminance > 0.179 ? "#000000" : "#ffffff";
}
