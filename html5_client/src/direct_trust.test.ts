import { DirectPeer } from "@deskside/browser/direct_peer";
import { INPUT, PICTURE, commitment, newNonce } from "@deskside/browser/direct_wire";
import type { Control } from "@deskside/browser/direct_wire";
import { encode } from "@deskside/browser/picture_bytes";
import type { PictureMessage } from "@deskside/browser/picture";
import type { DirectEnd, Frame } from "@deskside/browser/contract";
import { expect, test } from "vitest";
import { Capabilities, counts } from "./direct_capability.ts";
import type { Capability } from "./direct_capability.ts";
import { eachWithTwoWays } from "./testing/two_ways.ts";
import type { TwoWays } from "./testing/two_ways.ts";

const NOW = 1_800_000_000_000;

let ways: TwoWays;

eachWithTwoWays(NOW, (opened) => {
  ways = opened;
});

const direct = () => ways.isDirect;
const shown = () => ways.watcher.line.path.state.get();
const used = () => ways.paths.used?.state.get();

test("both see the same code, and nothing is verified before both have said so", async () => {
  await ways.until(() => direct() && used()?.code !== "");
  expect(used()?.code).toBe(shown().code);
  expect(shown().code).toMatch(/^\d{6}$/);
  ways.watcher.line.path.verify();
  await ways.pass(100);
  expect(used()).toMatchObject({ verifiedHere: false, verifiedThere: true });
  expect(shown()).toMatchObject({ verifiedHere: true, verifiedThere: false });
  ways.paths.used?.verify();
  await ways.pass(100);
  expect(used()).toMatchObject({ verifiedHere: true, verifiedThere: true });
  expect(shown()).toMatchObject({ verifiedHere: true, verifiedThere: true });
});

/** A broker that talks to each page as the other, and signs for itself. */
class Middle {
  readonly #nonces = [newNonce(), newNonce()] as const;
  readonly #toCustomer: DirectPeer;
  readonly #toRep: DirectPeer;
  #rep: DirectEnd | null = null;
  #own: DirectEnd | null = null;
  #customer: DirectEnd | null = null;

  constructor() {
    this.#toCustomer = this.#peer((said) => this.#toRep.say(INPUT, said));
    this.#toRep = this.#peer((said) => void this.#pass(said));
  }

  async meddle(frame: Frame): Promise<Frame | null> {
    if (frame.type === "direct_proposed") {
      this.#rep = frame.end;
      const end = (this.#own = await this.#toCustomer.call());
      const bound = await commitment(this.#nonces[0], end.fingerprint);
      return { ...frame, end, commitment: bound };
    }
    if (frame.type !== "direct_answered" || !this.#rep) return null;
    this.#customer = frame.end;
    void this.#toCustomer.meet(frame.end);
    const end = await this.#toRep.answer(this.#rep);
    return { ...frame, end, nonce: this.#nonces[1] };
  }

  #peer(control: (said: Control) => void): DirectPeer {
    return new DirectPeer({
      servers: [],
      message: () => undefined,
      control,
      ended: () => undefined,
    });
  }

  async #pass(said: Control): Promise<void> {
    if (said.type === "reveal") this.#toCustomer.say(PICTURE, { ...said, nonce: this.#nonces[0] });
    else if (said.type !== "allow") this.#toCustomer.say(PICTURE, said);
    else if (this.#own && this.#customer) {
      const ends = { sharer: this.#customer.fingerprint, viewer: this.#own.fingerprint };
      const token = await ways.sign({ session: "s1", ...ends });
      this.#toCustomer.say(INPUT, { type: "allow", token });
    }
  }
}

test("a broker in the middle that shows certificates of its own changes the code", async () => {
  const middle = new Middle();
  ways.meddle = (frame) => middle.meddle(frame);
  // It can sign for itself, so the picture goes through it; that is what the code is for.
  await ways.until(() => shown().code !== "" && (used()?.code ?? "") !== "");
  expect(shown().code).not.toBe(used()?.code);
});

test("a broker that only exchanges one certificate brings nobody together", async () => {
  const other = "0".repeat(63) + "f";
  ways.meddle = (frame) =>
    Promise.resolve(
      frame.type === "direct_answered"
        ? { ...frame, end: { ...frame.end, fingerprint: other } }
        : frame,
    );
  await ways.pass(20_000);
  expect(direct()).toBe(false);
  expect(shown().code).toBe("");
});

test("who reveals something else than they were bound to is cut off", async () => {
  ways.meddle = (frame) =>
    Promise.resolve(
      frame.type === "direct_proposed" ? { ...frame, commitment: "3".repeat(64) } : frame,
    );
  await ways.pass(10_000);
  expect(direct()).toBe(false);
  expect(ways.paths.used).toBeNull();
});

const ENDS = { session: "s1", rep: "r1", sharer: "5".repeat(64), viewer: "6".repeat(64) };
const GOOD: Capability = { ...ENDS, at: NOW, until: NOW + 10_000, tools: ["view"] };

test.each<[string, Partial<Capability>, boolean]>([
  ["is for these ends", {}, true],
  ["is about another session", { session: "s2" }, false],
  ["is another rep's", { rep: "r2" }, false],
  ["names another certificate here", { sharer: "7".repeat(64) }, false],
  ["names another certificate there", { viewer: "7".repeat(64) }, false],
  ["is over", { until: NOW }, false],
  ["holds for longer than any", { until: NOW + 12_001 }, false],
  ["was said before", { at: NOW - 1_000 }, false],
  ["was said at the same time", { at: NOW - 500 }, false],
])("what %s counts: %o: %s", (_, change, expected) => {
  const held = { ...GOOD, at: NOW - 500 };
  expect(counts({ ...GOOD, ...change }, ENDS, held, NOW)).toBe(expected);
});

/** What the broker signs, and its key in hex. */
async function signer(): Promise<{ key: string; sign: (about: object) => Promise<string> }> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const coded = (bytes: Uint8Array) =>
    btoa(String.fromCharCode(...bytes))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
  return {
    key: Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    sign: async (about) => {
      const data = new TextEncoder().encode(JSON.stringify(about));
      const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, data));
      return `${coded(data)}.${coded(signature)}`;
    },
  };
}

test("nothing forged, stale or foreign is believed, and what holds ends by itself", async () => {
  const [broker, stranger] = await Promise.all([signer(), signer()]);
  let now = NOW;
  const held = new Capabilities(broker.key, ENDS, () => now);
  const good = await broker.sign(GOOD);
  const forged = [
    "",
    "x.y",
    "!!",
    good.slice(0, -8) + "AAAAAAAA",
    "A".repeat(5_000),
    await stranger.sign(GOOD),
    await broker.sign({ ...GOOD, session: "s2" }),
    await broker.sign({ ...GOOD, until: NOW + 3_600_000 }),
  ];
  for (const token of forged) {
    await held.take(token);
    expect(held.allows("view")).toBe(false);
  }
  await held.take(good);
  expect([held.allows("view"), held.allows("control")]).toEqual([true, false]);
  now = GOOD.until;
  expect(held.allows("view")).toBe(false);
});

test.each([
  ["input on the channel of the picture", PICTURE, "release_all", 1],
  ["a message that was sent before", PICTURE, "ack", 1],
  ["what no viewer sends", INPUT, "blank", 1],
] as const)("%s ends the path", async (_, channel, kind, sequence) => {
  await ways.until(direct);
  await ways.pass(300);
  const body = { ack: { received: 1, drawn: 1 }, blank: { why: "stopped" }, release_all: {} }[kind];
  const head = { stream: 0, time: 0, rectangles: [], key: false, checkpoint: false, more: false };
  ways.watcher.line.path.send(channel, encode({ ...head, sequence, kind, body } as PictureMessage));
  await ways.until(() => !direct());
  expect(ways.paths.used).toBeNull();
});
