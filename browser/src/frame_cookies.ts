/**
 * A little storage for a frame to which the browser refuses every other.
 *
 * A Chromium that blocks third-party cookies denies a frame localStorage and IndexedDB as well, but
 * keeps cookies that are `Partitioned` (CHIPS): they belong to this frame on this one site. They are
 * used as storage alone. The broker takes no customer's word from a cookie, and the path keeps them
 * out of every request but that for the frame itself.
 */
const PREFIX = "__Secure-deskside.";
const ATTRIBUTES = "Path=/widget; Secure; SameSite=None; Partitioned";

/** The longest life that browsers grant (RFC 6265bis §5.5). */
const SECONDS = 400 * 24 * 3600;

/** All of them together, well below what servers take as one header (8 KiB). */
const MOST_CHARACTERS = 4_000;

/** Keep `value` and say whether it worked. */
export function keepCookie(key: string, value: string): boolean {
  dropCookie(key);
  const pair = `${nameOf(key)}=${encodeURIComponent(value)}`;
  if (!isFrame() || document.cookie.length + pair.length > MOST_CHARACTERS) return false;
  document.cookie = `${pair}; Max-Age=${SECONDS}; ${ATTRIBUTES}`;
  return keptCookie(key) === value;
}

export function keptCookie(key: string): string {
  const start = `${nameOf(key)}=`;
  const pair = isFrame() && document.cookie.split("; ").find((each) => each.startsWith(start));
  return pair ? decodeURIComponent(pair.slice(start.length)) : "";
}

export function dropCookie(key: string): void {
  if (isFrame()) document.cookie = `${nameOf(key)}=; Max-Age=0; ${ATTRIBUTES}`;
}

function nameOf(key: string): string {
  return PREFIX + encodeURIComponent(key);
}

function isFrame(): boolean {
  return window.parent !== window;
}
