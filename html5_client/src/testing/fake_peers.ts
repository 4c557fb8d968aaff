/**
 * `RTCPeerConnection` without a network: two that know each other's certificate meet, and what one
 * sends comes to the other in order, after a while.
 */
import { describe, endOf } from "@deskside/browser/direct_wire";

/** A way on which messages stay in order. While it is `cut` they wait, as TCP's and SCTP's do. */
export class Lane {
  delay = 5;
  #isCut = false;
  #lastAt = 0;
  #held: (() => void)[] = [];

  get cut(): boolean {
    return this.#isCut;
  }

  set cut(isCut: boolean) {
    this.#isCut = isCut;
    if (isCut) return;
    const held = this.#held;
    this.#held = [];
    for (const arrive of held) arrive();
  }

  push(arrive: () => void): void {
    const now = Date.now();
    this.#lastAt = Math.max(this.#lastAt, now + this.delay);
    setTimeout(() => {
      if (this.#isCut) this.#held.push(arrive);
      else arrive();
    }, this.#lastAt - now);
  }
}

/** Both directions between any two ends. */
export class Net {
  readonly there = new Lane();
  readonly back = new Lane();
  readonly ends = new Map<string, FakePeer>();
  made = 0;

  set delay(delay: number) {
    this.there.delay = this.back.delay = delay;
  }

  set cut(cut: boolean) {
    this.there.cut = this.back.cut = cut;
  }
}

class FakeChannel extends EventTarget {
  readonly id: number;
  readyState: "connecting" | "open" | "closed" = "connecting";
  binaryType = "";
  bufferedAmount = 0;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  other: FakeChannel | null = null;
  lane: Lane | null = null;

  constructor(id: number) {
    super();
    this.id = id;
  }

  open(other: FakeChannel, lane: Lane): void {
    this.other = other;
    this.lane = lane;
    this.readyState = "open";
    this.dispatchEvent(new Event("open"));
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== "open") throw new DOMException("not open", "InvalidStateError");
    const copied = typeof data === "string" ? data : data.slice().buffer;
    const { other } = this;
    this.lane?.push(() => {
      if (other?.readyState === "open") other.onmessage?.({ data: copied });
    });
  }

  close(): void {
    if (this.readyState === "closed") return;
    const { other } = this;
    this.readyState = "closed";
    this.lane?.push(() => other?.lost());
  }

  lost(): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    this.onclose?.();
  }
}

export class FakePeer {
  onconnectionstatechange: (() => void) | null = null;
  onicegatheringstatechange: (() => void) | null = null;
  connectionState = "new";
  readonly iceGatheringState = "complete";
  localDescription: { sdp: string } | null = null;
  readonly channels = new Map<number, FakeChannel>();
  readonly #net: Net;
  readonly #fingerprint: string;
  #calls = false;
  #other = "";

  constructor(net: Net) {
    this.#net = net;
    this.#fingerprint = (++net.made).toString(16).padStart(64, "0");
    net.ends.set(this.#fingerprint, this);
  }

  createDataChannel(_label: string, { id }: { id: number }): FakeChannel {
    const channel = new FakeChannel(id);
    this.channels.set(id, channel);
    return channel;
  }

  createOffer(): Promise<object> {
    this.#calls = true;
    return Promise.resolve({});
  }

  createAnswer(): Promise<object> {
    return Promise.resolve({});
  }

  setLocalDescription(): Promise<void> {
    const end = {
      fingerprint: this.#fingerprint,
      username: "abcd",
      password: "x".repeat(22),
      candidates: [],
      most: 65_536,
    };
    this.localDescription = { sdp: describe(end, "active") };
    this.#meet();
    return Promise.resolve();
  }

  setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    this.#other = endOf(sdp).fingerprint;
    this.#meet();
    return Promise.resolve();
  }

  /** Both know each other's certificate, and no other will do. */
  #meet(): void {
    const other = this.#net.ends.get(this.#other);
    if (!other || other.#other !== this.#fingerprint) return;
    if (!this.localDescription || !other.localDescription) return;
    const [caller, called] = this.#calls ? [this, other] : [other, this];
    const { there, back } = this.#net;
    for (const [id, channel] of caller.channels) {
      const twin = called.channels.get(id);
      if (!twin) continue;
      there.push(() => {
        channel.open(twin, there);
        twin.open(channel, back);
      });
    }
  }

  close(): void {
    this.connectionState = "closed";
    for (const channel of this.channels.values()) channel.close();
  }
}
