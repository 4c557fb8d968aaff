/**
 * The picture's socket: fetches a lease, opens the relay it names, and comes back by itself.
 *
 * It promises nothing about delivery: whoever shows or watches begins anew with every opening, and
 * a relay sends the whole picture to whom comes.
 */
import { ApiError } from "./api.ts";
import type { PictureLease } from "./api.ts";
import type { Bodies, Kind, PictureMessage, Rectangle } from "./picture.ts";
import { BadPicture } from "./picture.ts";
import { decode, encode } from "./picture_bytes.ts";
import { Store } from "./store.ts";

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/** A socket that lasted this long was a good one: the next wait starts from the shortest again. */
const STEADY_MS = 5_000;

export interface PictureSocketState {
  readonly open: boolean;
  /** Why the broker gave no lease, or the relay closed; empty while all is well. */
  readonly why: string;
  /** How often it was opened. */
  readonly openings: number;
}

export interface PictureSocketParts {
  readonly lease: () => Promise<PictureLease>;
  /** A message came that was `size` bytes long. */
  readonly take: (message: PictureMessage, size: number) => void;
  /** The socket is open, and everything begins anew. */
  readonly opened?: () => void;
  readonly open?: (address: string) => WebSocket;
  readonly random?: () => number;
}

/** What a message's header may say besides what is counted here. */
export interface Head {
  readonly stream?: number;
  readonly time?: number;
  readonly rectangles?: readonly Rectangle[];
  readonly key?: boolean;
  readonly checkpoint?: boolean;
  readonly more?: boolean;
}

/** Return how long to wait before attempt `n`, from 0; half of it by chance, so that many spread. */
export function pictureWait(n: number, random: () => number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** n) * (0.5 + random() / 2);
}

export class PictureSocket {
  readonly state = new Store<PictureSocketState>({ open: false, why: "", openings: 0 });
  readonly #parts: Required<PictureSocketParts>;
  #socket: WebSocket | null = null;
  /** Counts attempts, so that what an old one still says is not heard. */
  #turn = 0;
  #failures = 0;
  #openedAt = 0;
  #sequence = 0;
  #started = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: PictureSocketParts) {
    const open = (address: string) => new WebSocket(address);
    this.#parts = { open, random: Math.random, opened: () => undefined, ...parts };
  }

  start(): void {
    this.#started = true;
    addEventListener("online", this.#hurry);
    void this.#connect();
  }

  stop(): void {
    this.#started = false;
    removeEventListener("online", this.#hurry);
    this.#leave();
  }

  /** Open anew at once: what is known of the connection says that it is dead, or may be asked again. */
  renew(): void {
    if (!this.#started) return;
    this.#leave();
    this.#failures = 0;
    void this.#connect();
  }

  /** Bytes that were sent and have not left this machine. */
  get buffered(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Send a message and return how many bytes it has; 0 while the socket is not open. */
  send<K extends Kind>(kind: K, body: Bodies[K], head: Head = {}): number {
    if (!this.state.get().open) return 0;
    const message = {
      stream: 0,
      time: Date.now() * 1000,
      rectangles: [],
      key: false,
      checkpoint: false,
      more: false,
      ...head,
      sequence: ++this.#sequence,
      kind,
      body,
    } as unknown as PictureMessage;
    const bytes = encode(message);
    this.#socket?.send(bytes);
    return bytes.length;
  }

  readonly #hurry = (): void => {
    if (!this.state.get().open) this.renew();
  };

  async #connect(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const { address, lease } = await this.#parts.lease();
      if (turn === this.#turn) this.#open(address, lease, turn);
    } catch (fault) {
      if (turn === this.#turn) this.#again(fault instanceof ApiError ? fault.code : String(fault));
    }
  }

  #open(address: string, lease: string, turn: number): void {
    const socket = this.#parts.open(address);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    const isCurrent = () => turn === this.#turn;
    socket.onopen = () => {
      if (!isCurrent()) return;
      socket.send(lease);
      this.#sequence = 0;
      this.#openedAt = Date.now();
      this.state.set({ open: true, why: "", openings: this.state.get().openings + 1 });
      this.#parts.opened();
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (isCurrent() && data instanceof ArrayBuffer) this.#hear(new Uint8Array(data));
    };
    socket.onclose = ({ reason }) => {
      if (isCurrent()) this.#again(reason || "closed");
    };
  }

  #hear(bytes: Uint8Array): void {
    try {
      this.#parts.take(decode(bytes), bytes.length);
    } catch (fault) {
      if (!(fault instanceof BadPicture)) throw fault;
      this.#leave();
      this.#again(fault.message);
    }
  }

  #again(why: string): void {
    const lasted = this.state.get().open ? Date.now() - this.#openedAt : 0;
    if (lasted >= STEADY_MS) this.#failures = 0;
    this.#socket = null;
    this.state.patch({ open: false, why });
    if (!this.#started) return;
    const wait = pictureWait(this.#failures++, this.#parts.random);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), wait);
  }

  #leave(): void {
    this.#turn++;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#socket = null;
    this.state.patch({ open: false });
  }
}
