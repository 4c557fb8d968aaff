/**
 * What the two ends of a direct path tell each other: the twin of `protocol/direct.py`, which says why.
 *
 * No description that somebody else has written is ever given to the browser: it is written here from
 * an end's few words, so there is nothing in which encryption could be weakened or left out.
 */
import type { DirectEnd, IceCandidate } from "./contract.ts";

export const PICTURE = 0;
export const INPUT = 1;
export type Channel = typeof PICTURE | typeof INPUT;

const MOST_MESSAGE_BYTES = 1024 * 1024;
const PIECE_BYTES = 16 * 1024;
const LEAST_TAKEN = 1024;
const MOST_TAKEN = 256 * 1024;
const MOST_CANDIDATES = 24;
const CODE_DIGITS = 6;

export class BadPiece extends Error {}

export type Control =
  | { readonly type: "ping"; readonly number: number }
  | { readonly type: "pong"; readonly number: number; readonly time: number }
  | { readonly type: "allow"; readonly token: string }
  | { readonly type: "reveal"; readonly nonce: string }
  | { readonly type: "take" | "leave" | "verified" };

const KINDS = new Set(["ping", "pong", "allow", "reveal", "take", "leave", "verified"]);

/** Read what the other end says of the path; null where it says nothing we know. */
export function readControl(text: string): Control | null {
  try {
    const said: unknown = JSON.parse(text);
    if (typeof said !== "object" || said === null || !("type" in said)) return null;
    if (typeof said.type !== "string" || !KINDS.has(said.type)) return null;
    const numbers = ["number", "time"].map((name) => (said as Record<string, unknown>)[name]);
    if (numbers.some((each) => each !== undefined && !Number.isSafeInteger(each))) return null;
    return said as Control;
  } catch {
    return null;
  }
}

// --- pieces

/** Cut `message` into pieces of at most `most` bytes. */
export function* pieces(message: Uint8Array, most: number): Generator<Uint8Array<ArrayBuffer>> {
  const room = Math.min(most, PIECE_BYTES) - 1;
  for (let start = 0; start < message.length; start += room) {
    const part = message.subarray(start, start + room);
    const piece = new Uint8Array(part.length + 1);
    piece[0] = start + room < message.length ? 1 : 0;
    piece.set(part, 1);
    yield piece;
  }
}

/** Puts the pieces of one channel together again. */
export class Joiner {
  #parts: Uint8Array[] = [];
  #bytes = 0;

  /** Return the message that `piece` completes, or null where more follows. */
  join(piece: Uint8Array): Uint8Array | null {
    const more = piece[0];
    if (more === undefined || piece.length < 2 || more > 1 || piece.length > MOST_TAKEN) {
      throw new BadPiece("no piece of a message");
    }
    const last = this.#parts.at(-1);
    if (last && last.length < LEAST_TAKEN - 1) throw new BadPiece("a short piece before another");
    const part = piece.subarray(1);
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes > MOST_MESSAGE_BYTES) throw new BadPiece("a message without an end");
    if (more) return null;
    const message = new Uint8Array(this.#bytes);
    let at = 0;
    for (const each of this.#parts) {
      message.set(each, at);
      at += each.length;
    }
    this.#parts = [];
    this.#bytes = 0;
    return message;
  }
}

// --- the code that two people compare

export function newNonce(): string {
  return hex(crypto.getRandomValues(new Uint8Array(16)));
}

export async function commitment(nonce: string, fingerprint: string): Promise<string> {
  const said = new TextEncoder().encode(`deskside direct ${fingerprint} ${nonce}`);
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", said)));
}

/** Return the digits that both people see; `viewer` and `sharer` are fingerprints. */
export async function shortCode(
  viewer: string,
  sharer: string,
  viewerNonce: string,
  sharerNonce: string,
): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const bytes = bytesOf(viewerNonce + sharerNonce);
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  const said = new TextEncoder().encode(`deskside code ${viewer} ${sharer}`);
  const digest = new DataView(await crypto.subtle.sign("HMAC", key, said));
  const number = digest.getBigUint64(0) % BigInt(10 ** CODE_DIGITS);
  return number.toString().padStart(CODE_DIGITS, "0");
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

// --- ends and descriptions

/** Read our own end from what this browser says of itself. */
export function endOf(description: string): DirectEnd {
  const line = (name: string) =>
    new RegExp(`^a=${name}:(.*)$`, "m").exec(description)?.[1]?.trim() ?? "";
  const [algorithm, fingerprint = ""] = line("fingerprint").split(" ");
  if (algorithm?.toLowerCase() !== "sha-256") throw new BadPiece("no fingerprint that we know");
  const most = Number(line("max-message-size")) || MOST_TAKEN;
  return {
    fingerprint: fingerprint.replaceAll(":", "").toLowerCase(),
    username: line("ice-ufrag"),
    password: line("ice-pwd"),
    candidates: candidatesOf(description).slice(0, MOST_CANDIDATES),
    most: Math.max(LEAST_TAKEN, Math.min(MOST_TAKEN, most)),
  };
}

const CANDIDATE = /^a=candidate:(\S+) 1 udp (\d+) (\S+) (\d+) typ (host|srflx|prflx|relay)/gim;

function candidatesOf(description: string): IceCandidate[] {
  return Array.from(description.matchAll(CANDIDATE), (found) => ({
    foundation: found[1] ?? "",
    priority: Number(found[2]),
    address: found[3] ?? "",
    port: Number(found[4]),
    kind: (found[5] ?? "host") as IceCandidate["kind"],
  })).filter(({ port }) => port > 0);
}

/** Write the description of the other end: data over DTLS, with this certificate and no other. */
export function describe(end: DirectEnd, setup: "active" | "actpass"): string {
  const fingerprint = end.fingerprint.toUpperCase().match(/../g)?.join(":") ?? "";
  return [
    "v=0",
    "o=- 1 1 IN IP4 0.0.0.0",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    "a=mid:0",
    `a=ice-ufrag:${end.username}`,
    `a=ice-pwd:${end.password}`,
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=setup:${setup}`,
    "a=sctp-port:5000",
    `a=max-message-size:${end.most}`,
    ...end.candidates.map(
      (each) =>
        `a=candidate:${each.foundation} 1 udp ${each.priority} ${each.address} ${each.port}` +
        ` typ ${each.kind}${each.kind === "host" ? "" : " raddr 0.0.0.0 rport 9"}`,
    ),
    "a=end-of-candidates",
    "",
  ].join("\r\n");
}
