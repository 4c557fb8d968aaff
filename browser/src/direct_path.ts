/**
 * The rep's end of a direct path to a customer: found in the background, kept alive, and tried again.
 *
 * The broker brings the ends together over the link and signs, every few seconds, what may be done there;
 * the customer's end believes nothing else.
 */
import { ApiError } from "./api.ts";
import { openDirect, renewDirect } from "./direct_calls.ts";
import type { DirectAnswered, DirectEnd } from "./contract.ts";
import { DirectPeer } from "./direct_peer.ts";
import { INPUT, PICTURE, commitment, newNonce, shortCode } from "./direct_wire.ts";
import type { Channel, Control } from "./direct_wire.ts";
import type { Link } from "./link.ts";
import { Store } from "./store.ts";

const RENEW_MS = 3_000;
const PING_MS = 250;
const ANSWER_MS = 15_000;
const WAITS_MS = [2_000, 10_000, 30_000, 60_000];

/** The broker lets nothing go directly, or no more. */
class NotAllowed extends Error {}

export interface DirectState {
  /** Whether there is a path, whatever the picture takes. */
  readonly open: boolean;
  /** What both people see; empty while there is no path. */
  readonly code: string;
  readonly verifiedHere: boolean;
  readonly verifiedThere: boolean;
}

const NONE: DirectState = { open: false, code: "", verifiedHere: false, verifiedThere: false };

export interface DirectPathParts {
  readonly session: string;
  readonly link: Link;
  readonly message: (channel: Channel, message: Uint8Array) => void;
  readonly opened: () => void;
  readonly ponged: (time: number) => void;
  /** The customer's end shows the picture over the relay again, or the path is over. */
  readonly left: () => void;
}

export class DirectPath {
  readonly state = new Store<DirectState>(NONE);
  readonly #parts: DirectPathParts;
  #peer: DirectPeer | null = null;
  #turn = 0;
  #failures = 0;
  #number = 0;
  #timers: ReturnType<typeof setTimeout>[] = [];
  #stopped = true;

  constructor(parts: DirectPathParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stopped = false;
    void this.#attempt();
  }

  stop(): void {
    this.#stopped = true;
    this.#drop();
  }

  /** Give this path up, and look for another one later. */
  renew(): void {
    if (this.#stopped) return;
    this.#drop();
    this.#again();
  }

  send(channel: Channel, message: Uint8Array): boolean {
    return this.#peer?.send(channel, message) ?? false;
  }

  say(said: Control): void {
    this.#peer?.say(said.type === "ping" || said.type === "allow" ? INPUT : PICTURE, said);
  }

  /** The rep has compared the code. */
  verify(): void {
    if (!this.state.get().code) return;
    this.state.patch({ verifiedHere: true });
    this.say({ type: "verified" });
  }

  async #attempt(): Promise<void> {
    const turn = ++this.#turn;
    const isCurrent = () => turn === this.#turn && !this.#stopped;
    try {
      const { allowed, servers } = await openDirect(this.#parts.session);
      if (!isCurrent()) return;
      if (!allowed) {
        this.renew();
        return;
      }
      const peer = new DirectPeer({
        servers,
        message: (...what) => isCurrent() && this.#parts.message(...what),
        control: (said) => isCurrent() && this.#hear(said),
        ended: () => isCurrent() && this.renew(),
      });
      this.#peer = peer;
      const own = await peer.call();
      const nonce = newNonce();
      const answer = await this.#propose(own, nonce, isCurrent);
      await peer.meet(answer.end);
      if (!isCurrent()) return;
      peer.say(PICTURE, { type: "reveal", nonce });
      const code = await shortCode(own.fingerprint, answer.end.fingerprint, nonce, answer.nonce);
      if (!isCurrent()) return;
      await this.#renew(own, answer.end);
      if (!isCurrent()) return;
      this.#failures = 0;
      this.state.set({ ...NONE, open: true, code });
      this.#keepAlive(own, answer.end);
      this.#parts.opened();
    } catch (fault) {
      if (isCurrent()) this.renew();
      if (!(fault instanceof Error)) throw fault;
    }
  }

  async #propose(end: DirectEnd, nonce: string, isCurrent: () => boolean): Promise<DirectAnswered> {
    const { link, session } = this.#parts;
    const path = newNonce();
    const bound = await commitment(nonce, end.fingerprint);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(reject, new Error("no answer")), ANSWER_MS);
      const stop = link.on((frame) => {
        if (frame.type === "direct_answered" && frame.path === path) finish(resolve, frame);
        else if (!isCurrent()) finish(reject, new Error("given up"));
      });
      const finish = <T>(how: (value: T) => void, value: T) => {
        clearTimeout(timer);
        stop();
        how(value);
      };
      link.send({ type: "propose_direct", session, path, end, commitment: bound });
    });
  }

  async #renew(own: DirectEnd, other: DirectEnd): Promise<void> {
    const { session } = this.#parts;
    const token = await renewDirect(session, own.fingerprint, other.fingerprint);
    if (!token) throw new NotAllowed("nothing may go directly");
    this.say({ type: "allow", token });
  }

  #keepAlive(own: DirectEnd, other: DirectEnd): void {
    const turn = this.#turn;
    const renew = async () => {
      try {
        await this.#renew(own, other);
      } catch (fault) {
        // A broker that is away takes nothing back; what it signed last lapses by itself.
        const isOver = fault instanceof ApiError || fault instanceof NotAllowed;
        if (isOver && turn === this.#turn) this.renew();
      }
    };
    this.#timers = [
      setInterval(() => void renew(), RENEW_MS),
      setInterval(() => this.say({ type: "ping", number: ++this.#number }), PING_MS),
    ];
  }

  #hear(said: Control): void {
    if (said.type === "pong") this.#parts.ponged(said.time / 1000);
    else if (said.type === "leave") this.#parts.left();
    else if (said.type === "verified") this.state.patch({ verifiedThere: true });
  }

  #drop(): void {
    this.#turn++;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
    this.#peer?.close();
    this.#peer = null;
    if (this.state.get().open) {
      this.state.set(NONE);
      this.#parts.left();
    }
  }

  #again(): void {
    const wait = WAITS_MS[Math.min(this.#failures++, WAITS_MS.length - 1)];
    this.#timers = [setTimeout(() => void this.#attempt(), wait)];
  }
}
