/**
 * What a rep may do on a direct path: what a broker has signed for exactly these two certificates, and
 * not for longer than it says. The twin of `customer_client/direct/path.py`, which says why.
 */
import type { Tool } from "@deskside/browser/contract";

const LONGEST_MS = 10_000;

/** The broker's clock is known from the moment when its welcome came; that took a while. */
const SLACK_MS = 2_000;

const MOST_TOKEN = 4_096;

/** Whom and which certificates a capability has to be about. */
export interface Ends {
  readonly session: string;
  readonly rep: string;
  readonly sharer: string;
  readonly viewer: string;
}

export interface Capability extends Ends {
  /** When it was said and until when it holds (ms, the broker's clock). */
  readonly at: number;
  readonly until: number;
  readonly tools: readonly Tool[];
}

/** Say whether `said` counts between `ends` at `now`, after what was `held`. */
export function counts(
  said: Capability,
  ends: Ends,
  held: Capability | null,
  now: number,
): boolean {
  const names = ["session", "rep", "sharer", "viewer"] as const;
  if (names.some((name) => said[name] !== ends[name])) return false;
  if (said.until <= now || said.until > now + LONGEST_MS + SLACK_MS) return false;
  return !held || said.at > held.at;
}

export class Capabilities {
  readonly #key: Promise<CryptoKey>;
  readonly #ends: Ends;
  readonly #now: () => number;
  #held: Capability | null = null;

  /** `key` is the broker's, in hex; a browser without Ed25519 believes nobody. */
  constructor(key: string, ends: Ends, now: () => number) {
    this.#key = importedKey(key);
    this.#key.catch(() => undefined);
    this.#ends = ends;
    this.#now = now;
  }

  /** Take in a newer capability, if `token` is one for these two ends. */
  async take(token: string): Promise<void> {
    const said = await opened(token, this.#key);
    if (said && counts(said, this.#ends, this.#held, this.#now())) this.#held = said;
  }

  allows(tool: Tool): boolean {
    return this.#held !== null && this.#now() < this.#held.until && this.#held.tools.includes(tool);
  }
}

/** Resolves to a broker's key; rejects where this browser knows no Ed25519 (RFC 8032). */
export async function importedKey(hex: string): Promise<CryptoKey> {
  const raw = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  return crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
}

async function opened(token: string, key: Promise<CryptoKey>): Promise<Capability | null> {
  if (token.length > MOST_TOKEN) return null;
  const [body = "", signature = ""] = token.split(".");
  try {
    const data = bare(body);
    const isSigned = await crypto.subtle.verify("Ed25519", await key, bare(signature), data);
    // What a broker has signed has the shape that a broker gives it.
    return isSigned ? (JSON.parse(new TextDecoder().decode(data)) as Capability) : null;
  } catch {
    return null;
  }
}

/** Return the bytes that stand in base64url. */
function bare(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}
