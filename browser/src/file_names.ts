/** Names of files as they can be shown, whatever somebody has called theirs; twin of `protocol/file_names.py`. */

const LONGEST = 120;
const DEVICES = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
/** Control characters, signs that turn the direction of writing or cannot be seen, and what is no letter yet. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** Return `name` without what deceives; its ending stays where it was. */
export function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const spaced = last.normalize("NFC").replace(/[\t\n\r]/g, " ");
  const seen = spaced.replace(UNSEEN, "").split(/\s+/).filter(Boolean).join(" ");
  let whole = seen.replace(/[:*?"<>|]/g, "_").replace(/^[. ]+|[. ]+$/g, "");
  if (!whole || DEVICES.test(whole)) whole = whole ? `file_${whole}` : "file";
  const signs = Array.from(whole);
  if (signs.length <= LONGEST) return whole;
  const dot = signs.lastIndexOf(".");
  const ending = dot < 0 ? [] : signs.slice(dot + 1);
  if (dot < 0 || ending.length > 10) return trimmed(signs.slice(0, LONGEST));
  return `${trimmed(signs.slice(0, Math.min(dot, LONGEST - ending.length - 2)))}….${ending.join("")}`;
}

function trimmed(signs: readonly string[]): string {
  return signs.join("").replace(/[. ]+$/, "");
}

/** Return the ending of `name` in small letters, "" where it has none: as `protocol/file_kinds.py`. */
export function endingOf(name: string): string {
  const bare = name.replace(/[. ]+$/, "");
  const ending = name.includes(".") ? (bare.split(".").at(-1) ?? "").toLowerCase() : "";
  return /^[a-z0-9]{1,32}$/.test(ending) ? ending : "";
}
