/**
 * A picture's line that goes over the relay at once, and directly as soon as that is better.
 *
 * Only one of both fills the picture at a time. Each change begins anew with the screen that is shown and all
 * of it, so nothing is lost, shown twice or out of order; what still comes the other way is passed over.
 * The relay's socket stays open all the while.
 */
import type { PictureLease } from "./api.ts";
import { DirectPath } from "./direct_path.ts";
import { INPUT, PICTURE } from "./direct_wire.ts";
import type { Channel } from "./direct_wire.ts";
import type { Link } from "./link.ts";
import { PathChoice } from "./path_choice.ts";
import type { Bodies, Kind, PictureMessage } from "./picture.ts";
import { BadPicture } from "./picture.ts";
import { decode, encode } from "./picture_bytes.ts";
import { PictureSocket } from "./picture_socket.ts";
import type { Head } from "./picture_socket.ts";
import type { PictureEar, PictureLine } from "./picture_viewer.ts";
import { Store } from "./store.ts";

const LOOK_MS = 200;

/** A customer's end that does not begin within this time does not. */
const BEGIN_MS = 2_000;

export interface DirectLineState {
  readonly open: boolean;
  readonly why: string;
  /** Whether the picture comes directly. */
  readonly direct: boolean;
}

export interface DirectLineParts {
  readonly session: string;
  readonly link: Link;
  readonly lease: () => Promise<PictureLease>;
  readonly ear: PictureEar;
  readonly open?: (address: string) => WebSocket;
}

interface Sent {
  readonly kind: Kind;
  readonly body: Bodies[Kind];
  readonly head: Head;
}

export class DirectLine implements PictureLine {
  readonly state = new Store<DirectLineState>({ open: false, why: "", direct: false });
  readonly path: DirectPath;
  readonly choice = new PathChoice();
  readonly #ear: PictureEar;
  readonly #relay: PictureSocket;
  #way: "relay" | "taking" | "direct" = "relay";
  /** Messages of the relay are passed over until it begins anew. */
  #isRelayOld = false;
  /** The screen that was announced over the relay last while the picture came directly. Pictures of
   * it come only once the customer's end shows it there. */
  #announced: { readonly message: PictureMessage; readonly size: number } | null = null;
  #relayReceived = 0;
  #takingSince = 0;
  #sequences = { [PICTURE]: 0, [INPUT]: 0 };
  readonly #keys = new Set<string>();
  #buttons = 0;
  #waiting: Sent[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor({ session, link, lease, ear, open }: DirectLineParts) {
    this.#ear = ear;
    this.#relay = new PictureSocket({
      lease,
      ...(open && { open }),
      take: (message, size) => this.#fromRelay(message, size),
      opened: () => this.#relayOpened(),
    });
    this.#relay.state.subscribe(() => this.#follow());
    this.path = new DirectPath({
      session,
      link,
      message: (channel, message) => this.#fromPath(channel, message),
      opened: () => {
        this.choice.begin(Date.now());
        this.#sequences = { [PICTURE]: 0, [INPUT]: 0 };
      },
      ponged: (time) => this.choice.answered(time, Date.now()),
      left: () => this.#leave(),
    });
  }

  start(): void {
    this.#relay.start();
    this.path.start();
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.path.stop();
    this.#relay.stop();
  }

  renew(): void {
    this.path.renew();
    this.#relay.renew();
  }

  send<K extends Kind>(kind: K, body: Bodies[K], head: Head = {}): number {
    this.#note(kind, body);
    if (kind === "ack" || kind === "wish") return this.#sendWatching(kind, body, head);
    if (this.#way === "taking") {
      this.#waiting.push({ kind, body, head });
      return 1;
    }
    if (this.#way === "direct") return this.#sendDirectly(INPUT, kind, body, head);
    return this.#relay.send(kind, body, head);
  }

  #sendWatching<K extends Kind>(kind: K, body: Bodies[K], head: Head): number {
    if (this.#way === "direct") return this.#sendDirectly(PICTURE, kind, body, head);
    if (kind !== "ack") return this.#relay.send(kind, body, head);
    // The relay counts from when its socket opened, whatever came another way since.
    const { drawn } = body as Bodies["ack"];
    return this.#relay.send("ack", { received: this.#relayReceived, drawn }, head);
  }

  #sendDirectly(channel: Channel, kind: Kind, body: Bodies[Kind], head: Head): number {
    const message = {
      stream: 0,
      time: Date.now() * 1000,
      rectangles: [],
      key: false,
      checkpoint: false,
      more: false,
      ...head,
      sequence: ++this.#sequences[channel],
      kind,
      body,
    } as unknown as PictureMessage;
    const bytes = encode(message);
    return this.path.send(channel, bytes) ? bytes.length : 0;
  }

  // --- what comes

  #fromRelay(message: PictureMessage, size: number): void {
    this.#relayReceived += size;
    const now = Date.now();
    if (message.kind !== "blank") this.choice.cameByRelay(message.time / 1000, now);
    if (message.kind === "blank") {
      // Whatever the way: nothing may be seen any more.
      this.#return();
      this.#ear.take(message, size);
      return;
    }
    if (message.kind === "geometry") this.#announce(message, size);
    else if (message.stream === this.#announced?.message.stream) this.#followRelay();
    if (this.#way === "direct" || this.#isRelayOld) {
      const drawn = message.sequence;
      this.#relay.send("ack", { received: this.#relayReceived, drawn });
      return;
    }
    this.#ear.take(message, size);
  }

  #announce(message: PictureMessage, size: number): void {
    const isHeard = this.#way !== "direct";
    this.#announced = isHeard ? null : { message, size };
    if (isHeard) this.#isRelayOld = false;
  }

  /** The customer's end was the first to come back to the relay. */
  #followRelay(): void {
    const announced = this.#announced;
    this.#announced = null;
    this.#leave();
    this.#isRelayOld = false;
    if (announced) this.#ear.take(announced.message, announced.size);
  }

  #fromPath(channel: Channel, bytes: Uint8Array): void {
    if (channel !== PICTURE || this.#way === "relay") return;
    try {
      const message = decode(bytes);
      if (this.#way === "taking") {
        if (message.kind !== "geometry") return;
        this.#begin();
      }
      this.#ear.take(message, bytes.length);
    } catch (fault) {
      if (!(fault instanceof BadPicture)) throw fault;
      this.path.renew();
    }
  }

  #relayOpened(): void {
    this.#relayReceived = 0;
    this.choice.relayBegan(Date.now());
    this.#isRelayOld = false;
    this.#announced = null;
    if (this.#way !== "direct") this.#ear.opened();
  }

  // --- which way

  #look(): void {
    const now = Date.now();
    if (this.#way === "taking" && now - this.#takingSince > BEGIN_MS) this.#leave();
    else if (this.#way === "direct" && this.choice.shouldLeave(now)) this.#leave();
    else if (this.#way === "relay" && this.choice.shouldTake(now)) this.#take(now);
    if (this.path.state.get().open && this.choice.isSilent(now)) this.path.renew();
  }

  #take(now: number): void {
    // What is held was pressed over the relay, and is let go of there.
    if (!this.path.state.get().open || this.#keys.size || this.#buttons) return;
    this.#relay.send("release_all", {});
    this.#way = "taking";
    this.#takingSince = now;
    this.path.say({ type: "take" });
  }

  #begin(): void {
    this.#way = "direct";
    this.#announced = null;
    this.#ear.opened();
    this.#flush();
    this.#follow();
  }

  #leave(): void {
    if (this.#way === "relay") return;
    this.path.say({ type: "leave" });
    this.choice.left(Date.now());
    this.#return();
  }

  #return(): void {
    if (this.#way === "relay") return;
    const wasDirect = this.#way === "direct";
    this.#way = "relay";
    if (wasDirect) {
      this.#isRelayOld = true;
      this.#ear.opened();
    }
    this.#flush();
    this.#follow();
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { kind, body, head } of waiting) this.send(kind, body, head);
  }

  #follow(): void {
    const { open, why } = this.#relay.state.get();
    const direct = this.#way === "direct";
    this.state.set({ open: open || direct, why: direct ? "" : why, direct });
  }

  #note(kind: Kind, body: Bodies[Kind]): void {
    if (kind === "key") {
      const { code, key, down } = body as Bodies["key"];
      if (down) this.#keys.add(code || key);
      else this.#keys.delete(code || key);
    } else if (kind === "pointer") this.#buttons = (body as Bodies["pointer"]).buttons;
    else if (kind === "release_all") {
      this.#keys.clear();
      this.#buttons = 0;
    }
  }
}
