/**
 * Which way the customer's screen takes: over the relay, or directly. The twin of
 * `customer_client/direct/lines.py`.
 *
 * Whoever captures knows one line at a time. To them a change of the way is a new socket: they say
 * which screen they show, and send all of it, so nothing on the other way is missed, shown twice or out
 * of order. The relay's socket stays open all the while.
 */
import type { PictureLease } from "@deskside/browser/api";
import type { Bodies, Kind, PictureMessage } from "@deskside/browser/picture";
import { encode } from "@deskside/browser/picture_bytes";
import { PictureSocket } from "@deskside/browser/picture_socket";
import type { Head } from "@deskside/browser/picture_socket";
import { Store } from "@deskside/browser/store";

const HALF_OF_THE_STREAMS = 2 ** 15;

/** No message may be longer where the picture goes directly (`MOST_MESSAGE_BYTES`). */
const MOST_DIRECT_BYTES = 1024 * 1024;

const NO_HEAD = {
  stream: 0,
  rectangles: [],
  key: false,
  checkpoint: false,
  more: false,
} as const;

/** A direct path as the line knows it. */
export interface DirectWay {
  /** Send a message; say whether it left. */
  emit(message: Uint8Array): boolean;
  /** Tell the rep's end that the relay shows the picture again. */
  tellToLeave(): void;
}

export interface SharerLineState {
  /** Whether the picture gets away. */
  readonly open: boolean;
  /** The path on which it goes directly. */
  readonly direct: DirectWay | null;
}

export interface SharerLineParts {
  readonly lease: () => Promise<PictureLease>;
  readonly take: (message: PictureMessage) => void;
  /** Everything begins anew. */
  readonly opened: () => void;
  readonly open?: (address: string) => WebSocket;
}

export class SharerLine {
  readonly state = new Store<SharerLineState>({ open: false, direct: null });
  readonly #parts: SharerLineParts;
  readonly #relay: PictureSocket;
  /** Bytes that went to the relay since its socket opened, and how many before this part. */
  #relayed = 0;
  #base: number | null = null;
  #shown: { readonly body: Bodies["geometry"]; readonly head: Head } | null = null;
  #watched: PictureMessage | null = null;
  #direct: DirectWay | null = null;
  #sequence = 0;
  /** Whether the relay still has the picture from before the change. */
  #isKept = false;
  #isStopped = false;

  constructor(parts: SharerLineParts) {
    this.#parts = parts;
    this.#relay = new PictureSocket({
      lease: parts.lease,
      ...(parts.open && { open: parts.open }),
      take: (message) => this.#fromRelay(message),
      opened: () => this.#relayOpened(),
    });
    this.#relay.state.subscribe(() => this.#relayChanged());
  }

  start(): void {
    this.#relay.start();
  }

  /** Let nothing more out, whichever way. */
  stop(): void {
    this.#isStopped = true;
    this.#direct = null;
    this.#relay.stop();
    this.#follow();
  }

  /** The line answers no more: open it anew. */
  renew(): void {
    if (this.#direct) this.#return();
    else this.#relay.renew();
  }

  /** How many bytes one message may have; a longer one brings the picture back to the relay. */
  get most(): number {
    return this.#direct ? MOST_DIRECT_BYTES : Infinity;
  }

  /** Send a message and return how many bytes it has; 0 while it goes nowhere. */
  send<K extends Kind>(kind: K, body: Bodies[K], head: Head = {}): number {
    if (this.#isStopped) return 0;
    if (this.#direct) return this.#sendDirectly(this.#direct, kind, body, head);
    this.#base ??= this.#relayed;
    if (kind === "geometry") this.#shown = { body: body as Bodies["geometry"], head };
    return this.#sendByRelay(kind, body, head);
  }

  #sendByRelay<K extends Kind>(kind: K, body: Bodies[K], head: Head): number {
    const size = this.#relay.send(kind, body, head);
    this.#relayed += size;
    return size;
  }

  #sendDirectly(path: DirectWay, kind: Kind, body: Bodies[Kind], head: Head): number {
    const sequence = this.#sequence + 1;
    const about = { ...NO_HEAD, time: Date.now() * 1000, ...head, sequence };
    const bytes = encode({ ...about, kind, body } as unknown as PictureMessage);
    if (bytes.length > MOST_DIRECT_BYTES) {
      this.#return();
      return 0;
    }
    if (!path.emit(bytes)) return 0;
    this.#sequence = sequence;
    return bytes.length;
  }

  // --- the relay

  #fromRelay(message: PictureMessage): void {
    if (message.kind === "watched") {
      this.#watched = message;
      if (this.#direct && !this.#mayBeDirect) this.#return();
      else if (!this.#direct) this.#parts.take(message);
      return;
    }
    if (this.#direct) return;
    if (message.kind !== "ack") {
      this.#parts.take(message);
      return;
    }
    const { received, drawn } = message.body;
    // What it says of an earlier part is not about this one.
    if (this.#base === null || received <= this.#base) return;
    this.#parts.take({ ...message, body: { received: received - this.#base, drawn } });
  }

  #relayOpened(): void {
    this.#relayed = 0;
    this.#base = null;
    this.#shown = null;
    this.#watched = null;
    this.#follow();
    if (!this.#direct) this.#parts.opened();
  }

  #relayChanged(): void {
    if (!this.#relay.state.get().open) this.#watched = null;
    this.#follow();
  }

  /** Leave nothing of the picture at the relay: who joins there must not see an old one. */
  #forget(): void {
    this.#isKept = false;
    if (!this.#shown) return;
    const { body, head } = this.#shown;
    const stream = ((head.stream ?? 0) + HALF_OF_THE_STREAMS) % 2 ** 16;
    this.#shown = { body, head: { ...head, stream } };
    this.#sendByRelay("geometry", body, { ...head, stream });
  }

  // --- the direct path

  /** Whether only one rep watches and nothing is recorded. */
  get #mayBeDirect(): boolean {
    if (this.#isStopped || this.#watched?.kind !== "watched") return false;
    const { viewers, recorded } = this.#watched.body;
    return viewers <= 1 && !recorded;
  }

  /** Show the picture on `path`, if only who is there watches it and nothing is recorded. */
  take(path: DirectWay): boolean {
    if (!this.#mayBeDirect || this.#direct) return this.#direct === path;
    this.#direct = path;
    this.#sequence = 0;
    this.#isKept = true;
    this.#follow();
    this.#parts.opened();
    this.#parts.take(watched(1));
    return true;
  }

  /** Show nothing on `path` any more. */
  leave(path: DirectWay): void {
    if (this.#direct === path) this.#return();
  }

  /** An answer or a wish came on `path`. */
  said(path: DirectWay, message: PictureMessage): void {
    if (this.#direct !== path) return;
    // The rep has what is shown now.
    if (this.#isKept) this.#forget();
    this.#parts.take(message);
  }

  #return(): void {
    const path = this.#direct;
    this.#direct = null;
    this.#base = null;
    this.#follow();
    path?.tellToLeave();
    if (!this.#relay.state.get().open) return;
    this.#parts.opened();
    if (this.#watched) this.#parts.take(this.#watched);
  }

  #follow(): void {
    const direct = this.#direct;
    this.state.set({ open: direct !== null || this.#relay.state.get().open, direct });
  }
}

function watched(viewers: number): PictureMessage {
  const body = { viewers, recorded: false };
  return { ...NO_HEAD, time: 0, sequence: 0, kind: "watched", body };
}
