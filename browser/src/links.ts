/** Finds web addresses in what people write, so that a page can make links of exactly those. */

export interface Piece {
  readonly text: string;
  /** A full http or https address, or empty for plain text. */
  readonly href: string;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"']+/gi;
/** What ends a sentence rather than an address. */
const TRAILING = /[.,;:!?»”’)\]}]+$/;

/** Cut `text` into plain pieces and addresses; joined, they are `text` again. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutTrailing(match[0]);
    if (!isAddress(address)) continue;
    if (match.index > end) found.push({ text: text.slice(end, match.index), href: "" });
    found.push({ text: address, href: address });
    end = match.index + address.length;
  }
  if (end < text.length) found.push({ text: text.slice(end), href: "" });
  return found;
}

/** A closing bracket belongs to the address if it was opened in it. */
function withoutTrailing(address: string): string {
  const trailing = TRAILING.exec(address)?.[0] ?? "";
  const bare = address.slice(0, address.length - trailing.length);
  return trailing.startsWith(")") && bare.includes("(") ? `${bare})` : bare;
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
