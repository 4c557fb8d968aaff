/**
 * A customer's page and a rep's, the relay between them and a way without it, on one clock.
 *
 * What decides is the pages' own: `DirectLine` with its path here, `SharerLine` with its paths there. The
 * network, the relay and the broker are played. What is shown is a number that only grows: a picture begins
 * with the whole of it, and each message after adds one, so that a lost, doubled or late one is noticed.
 */
import type { Frame, Session, Signal } from "@deskside/browser/contract";
import { emptySession } from "@deskside/browser/contract";
import { DirectLine } from "@deskside/browser/direct_line";
import type { Link } from "@deskside/browser/link";
import type { PictureMessage } from "@deskside/browser/picture";
import { decode, encode } from "@deskside/browser/picture_bytes";
import { afterEach, beforeEach, vi } from "vitest";
import { SharerLine } from "../sharer_line.ts";
import { SharerPaths } from "../sharer_paths.ts";
import { FakePeer, Lane, Net } from "./fake_peers.ts";

const SESSION = "s1";
const REP = "r1";
const STEP_MS = 20;
const DRAW_MS = 60;

/** One end's WebSocket to the relay, or a page's link to the broker. */
class Socket {
  readonly up = new Lane();
  readonly down = new Lane();
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { reason: string }) => void) | null = null;
  binaryType = "";
  bufferedAmount = 0;
  heard: (data: Uint8Array) => void = () => undefined;

  send(data: string | Uint8Array): void {
    if (typeof data !== "string") this.up.push(() => this.heard(data));
  }

  tell(data: Uint8Array<ArrayBuffer>): void {
    this.down.push(() => this.onmessage?.({ data: data.slice().buffer }));
  }

  close(): void {
    this.heard = () => undefined;
  }
}

class FakeLink {
  readonly #listeners = new Set<(frame: Frame) => void>();
  readonly sent: (said: Signal) => void;

  constructor(sent: (said: Signal) => void) {
    this.sent = sent;
  }

  on(listener: (frame: Frame) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  hear(frame: Frame): void {
    for (const listener of [...this.#listeners]) listener(frame);
  }

  send(said: Signal): boolean {
    setTimeout(() => this.sent(said), 10);
    return true;
  }

  now(): number {
    return Date.now();
  }
}

/** Passes on what the customer shows, and says who watches. */
export class Relay {
  readonly sharer = new Socket();
  readonly viewer = new Socket();
  viewers = 1;
  recorded = false;
  /** What came while it was recorded. */
  readonly kept: PictureMessage[] = [];
  #received = 0;
  #said = 0;

  constructor() {
    this.sharer.heard = (data) => this.#show(data);
  }

  set delay(delay: number) {
    this.sharer.up.delay = this.sharer.down.delay = delay;
    this.viewer.up.delay = this.viewer.down.delay = delay;
  }

  tellWatched(): void {
    const { viewers, recorded } = this;
    this.#say({ kind: "watched", body: { viewers, recorded } });
  }

  #show(data: Uint8Array): void {
    const message = decode(data);
    this.#received += data.length;
    if (this.recorded) this.kept.push(message);
    this.viewer.tell(Uint8Array.from(data));
    this.#say({ kind: "ack", body: { received: this.#received, drawn: message.sequence } });
  }

  #say(what: Pick<PictureMessage, "kind" | "body">): void {
    const head = { stream: 0, time: 0, rectangles: [], key: false, checkpoint: false, more: false };
    this.sharer.tell(encode({ ...head, sequence: ++this.#said, ...what } as PictureMessage));
  }
}

/** Shows a number that grows, as a camera shows a screen: anew with each beginning of its line. */
class Camera {
  readonly line: SharerLine;
  number = 0;
  #stream = 0;
  #viewers = 0;

  constructor(socket: Socket) {
    this.line = new SharerLine({
      lease: () => Promise.resolve({ address: "ws://relay", lease: "lease" }),
      open: () => socket as unknown as WebSocket,
      opened: () => this.#begin(),
      take: (message) => this.#hear(message),
    });
    this.line.start();
  }

  draw(): void {
    this.number++;
    if (this.#viewers) this.#paint(false);
  }

  #begin(): void {
    this.#viewers = 0;
  }

  #hear(message: PictureMessage): void {
    if (message.kind !== "watched") return;
    const before = this.#viewers;
    this.#viewers = message.body.viewers;
    if (before || !this.#viewers) return;
    this.#stream = (this.#stream % 1000) + 1;
    const rectangles = [{ x: 0, y: 0, width: 1, height: 1 }];
    const screen = { width: 2, height: 2, sharing: "screen", names: [""], chosen: 0, trouble: "" };
    this.line.send("geometry", screen as never, { stream: this.#stream, rectangles });
    this.#paint(true);
  }

  #paint(key: boolean): void {
    const data = new Uint8Array(4);
    new DataView(data.buffer).setUint32(0, this.number);
    const rectangles = [{ x: 0, y: 0, width: 1, height: 1 }];
    this.line.send("patch", { coding: "raw", data }, { stream: this.#stream, rectangles, key });
  }
}

/** Watches, and complains of whatever does not follow from what came before. */
class Watcher {
  number = 0;
  readonly faults: string[] = [];
  readonly line: DirectLine;
  #stream = -1;
  #isWhole = false;
  #received = 0;

  constructor(socket: Socket, link: Link) {
    this.line = new DirectLine({
      session: SESSION,
      link,
      lease: () => Promise.resolve({ address: "ws://relay", lease: "lease" }),
      open: () => socket as unknown as WebSocket,
      ear: { take: (message, size) => this.#take(message, size), opened: () => this.#begin() },
    });
  }

  #begin(): void {
    this.#stream = -1;
    this.#isWhole = false;
    this.#received = 0;
  }

  #take(message: PictureMessage, size: number): void {
    this.#received += size;
    if (message.kind === "geometry") {
      this.#stream = message.stream;
      this.#isWhole = false;
    } else if (message.kind === "patch") this.#paint(message, message.body.data);
    this.line.send("ack", { received: this.#received, drawn: message.sequence });
  }

  #paint({ stream, key }: PictureMessage, data: Uint8Array): void {
    const number = new DataView(data.buffer, data.byteOffset).getUint32(0);
    const before = this.number;
    if (stream !== this.#stream) this.faults.push(`stream ${stream} on ${this.#stream}`);
    if (!key && !this.#isWhole) this.faults.push(`${number} on nothing`);
    if (key ? number < before : number !== before + 1) this.faults.push(`${number} on ${before}`);
    this.#isWhole = true;
    this.number = number;
  }
}

/** Changes what one page says to the other, as a broker in the middle could. */
export type Meddle = (frame: Frame) => Promise<Frame | null>;

export class TwoWays {
  readonly net = new Net();
  readonly relay = new Relay();
  readonly camera: Camera;
  readonly watcher: Watcher;
  readonly paths: SharerPaths;
  session: Session;
  /** Whether the broker signs what it is asked for. */
  signs = true;
  meddle: Meddle = (frame) => Promise.resolve(frame);
  readonly #customer: FakeLink;
  readonly #rep: FakeLink;
  readonly #keys: CryptoKeyPair;
  #key = "";
  #signedAt = 0;

  private constructor(keys: CryptoKeyPair) {
    this.#keys = keys;
    const { net } = this;
    vi.stubGlobal("RTCPeerConnection", function made() {
      return new FakePeer(net);
    });
    vi.stubGlobal("fetch", (address: string, { body }: { body: string }) =>
      this.#answer(address, JSON.parse(body) as Record<string, string>),
    );
    this.session = {
      ...emptySession(SESSION),
      state: "talking",
      sharing: "screen",
      recording: "refused",
      grants: [{ tool: "view", rep: REP, since: 0, until: Number.MAX_SAFE_INTEGER }] as never,
    };
    this.#customer = new FakeLink((said) => void this.#pass(said));
    this.#rep = new FakeLink((said) => void this.#pass(said));
    this.camera = new Camera(this.relay.sharer);
    this.paths = new SharerPaths({
      link: this.#customer as unknown as Link,
      line: this.camera.line,
      session: () => this.session,
      changed: () => undefined,
    });
    this.watcher = new Watcher(this.relay.viewer, this.#rep as unknown as Link);
  }

  /** Open both pages; call with fake timers. */
  static async open(): Promise<TwoWays> {
    watchOtherThreads();
    const keys = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    const ways = new TwoWays(keys);
    const raw = new Uint8Array(await crypto.subtle.exportKey("raw", ways.#keys.publicKey));
    ways.#key = Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");
    ways.watcher.line.start();
    await settled();
    await settled();
    ways.relay.sharer.onopen?.();
    ways.relay.viewer.onopen?.();
    ways.relay.tellWatched();
    return ways;
  }

  close(): void {
    this.watcher.line.stop();
    this.paths.close();
    this.camera.line.stop();
  }

  get isDirect(): boolean {
    return this.watcher.line.state.get().direct;
  }

  /** Let `ms` pass, in which something is drawn again and again. */
  async pass(ms: number): Promise<void> {
    for (let at = 0; at < ms; at += STEP_MS) {
      vi.advanceTimersByTime(STEP_MS);
      if (Date.now() % DRAW_MS === 0) this.camera.draw();
      await settled();
    }
  }

  /** Let time pass until `holds`, and return how long that took (ms). */
  async until(holds: () => boolean, most = 60_000): Promise<number> {
    const from = Date.now();
    while (!holds()) {
      if (Date.now() - from > most) throw new Error("it never came");
      await this.pass(STEP_MS);
    }
    return Date.now() - from;
  }

  async #pass(said: Signal): Promise<void> {
    if (said.type === "propose_direct") {
      const { session, path, end, commitment } = said;
      const key = this.#key;
      const told = { session, path, rep: REP, end, commitment, servers: [], key };
      const frame = await this.meddle({ type: "direct_proposed", ...told });
      if (frame) this.#customer.hear(frame);
    } else if (said.type === "answer_direct") {
      const { session, path, end, nonce } = said;
      const frame = await this.meddle({ type: "direct_answered", session, path, end, nonce });
      if (frame) this.#rep.hear(frame);
    }
  }

  async #answer(address: string, body: Record<string, string>): Promise<Response> {
    if (!address.endsWith("/capabilities")) {
      return Response.json({ allowed: this.signs, servers: [] });
    }
    if (!this.signs) return Response.json({ token: "" });
    return Response.json({ token: await this.sign(body) });
  }

  /** Sign what the rep may do for ten seconds. */
  async sign(about: Record<string, unknown>): Promise<string> {
    this.#signedAt = Math.max(Date.now(), this.#signedAt + 1);
    const said = {
      rep: REP,
      at: this.#signedAt,
      until: Date.now() + 10_000,
      tools: ["view"],
      ...about,
    };
    const data = new TextEncoder().encode(JSON.stringify(said));
    const signature = await crypto.subtle.sign("Ed25519", this.#keys.privateKey, data);
    return `${armoured(data)}.${armoured(new Uint8Array(signature))}`;
  }
}

function armoured(data: Uint8Array): string {
  const text = btoa(String.fromCharCode(...data));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Node's; no browser has it. */
declare const setImmediate: (work: (nothing: undefined) => void) => void;

/** Work that other threads do, which know nothing of the tests' clock. */
const elsewhere = new Set<Promise<unknown>>();

function watchOtherThreads(): void {
  for (const name of ["digest", "importKey", "sign", "verify"] as const) {
    const real = crypto.subtle[name].bind(crypto.subtle) as (...about: unknown[]) => Promise<never>;
    vi.spyOn(crypto.subtle, name).mockImplementation((...about: unknown[]) => {
      const work = real(...about);
      elsewhere.add(work);
      const done = () => elsewhere.delete(work);
      work.then(done, done);
      return work;
    });
  }
}

/** Resolves once what has begun besides timers is done. */
async function settled(): Promise<void> {
  do await new Promise((resolve) => setImmediate(resolve));
  while (elsewhere.size);
}

/** Have `TwoWays` opened before each test of a file at `now`, and all of it closed after. */
export function eachWithTwoWays(now: number, opened: (ways: TwoWays) => void): void {
  let ways: TwoWays;
  beforeEach(async () => {
    // What signs works in other threads, which know nothing of these timers.
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"],
    });
    vi.setSystemTime(now);
    ways = await TwoWays.open();
    ways.relay.delay = 40;
    opened(ways);
  });
  afterEach(() => {
    ways.close();
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
}
