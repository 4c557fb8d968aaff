/** Sizes, speeds and faults of files in words. */
import { language, plural, t } from "./catalogue.ts";
import type { FileFault, FileKind, RefusalCode, Rules } from "./contract.ts";
import { KIND_OF } from "./contract.ts";
import { endingOf } from "./file_names.ts";
import { refusalText } from "./refusals.ts";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
const STEP = 1024;

/** Return `bytes` as people say it: 512 byte, 1.4 MB. */
export function sizeText(bytes: number): string {
  let unit = 0;
  let amount = bytes;
  while (amount >= STEP && unit < UNITS.length - 1) {
    amount /= STEP;
    unit += 1;
  }
  return new Intl.NumberFormat(language(), {
    style: "unit",
    unit: UNITS[unit] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: amount < 10 && unit > 0 ? 1 : 0,
  }).format(amount);
}

/** Return the size of a file that was not taken, never in the same words as the limit it is over. */
export function overText(size: number, rules: Rules): string {
  const [said, most] = [sizeText(size), sizeText(rules.file_bytes)];
  const isOver = size > rules.file_bytes && said === most;
  return isOver ? t("a little over {size}", { size: most }) : said;
}

/** Return how fast it goes and how long it takes, where that is known. */
export function paceText(bytesPerSecond: number, left: number): string {
  if (bytesPerSecond <= 0) return "";
  const speed = t("{size} a second", { size: sizeText(bytesPerSecond) });
  return `${speed} · ${timeLeftText(left / bytesPerSecond)}`;
}

function timeLeftText(seconds: number): string {
  if (seconds < 60) {
    return plural(Math.max(1, Math.ceil(seconds)), "{count} second left", "{count} seconds left");
  }
  return plural(Math.ceil(seconds / 60), "{count} minute left", "{count} minutes left");
}

/** Why a file cannot be sent, which the page can say itself; "" where it can. */
export function problemOf(file: { name: string; size: number }, rules: Rules): RefusalCode | "" {
  if (file.size === 0) return "file_empty";
  if (file.size > rules.file_bytes) return "file_too_large";
  return rules.file_kinds.some((kind) => kind === kindOf(file.name)) ? "" : "file_kind";
}

export function kindOf(name: string): FileKind | "" {
  const ending = endingOf(name);
  return Object.hasOwn(KIND_OF, ending) ? (KIND_OF[ending] ?? "") : "";
}

/** Return a sentence about a file that is not taken; limits are those of the session. */
export function fileRefusalText(code: RefusalCode, rules: Rules): string {
  switch (code) {
    case "file_too_large":
      return t("This file is too large: at most {size} can be sent.", {
        size: sizeText(rules.file_bytes),
      });
    case "files_too_large":
      return t("All files of this chat together may have at most {size}.", {
        size: sizeText(rules.files_bytes),
      });
    case "file_kind":
      return t("Such files are not taken here. You can send: {kinds}", { kinds: kindsText(rules) });
    default:
      return refusalText(code);
  }
}

function kindsText(rules: Rules): string {
  return new Intl.ListFormat(language()).format(rules.file_kinds.map((kind) => KINDS[kind]()));
}

const KINDS: Readonly<Record<FileKind, () => string>> = {
  pdf: () => "PDF",
  mp3: () => "MP3",
  mp4: () => "MP4",
  word: () => "Word",
  excel: () => "Excel",
  msi: () => "MSI",
  picture: () => t("pictures"),
  text: () => t("text"),
  zip: () => "ZIP",
};

/** Return why nobody gets a file. */
export const FAULTS: Readonly<Record<FileFault, () => string>> = {
  kind: () => t("Not delivered: the content is not what the name says."),
  infected: () => t("Not delivered: it contains malicious software."),
  unchecked: () => t("Not delivered: it could not be checked."),
  expired: () => t("Not delivered: it took too long."),
};
