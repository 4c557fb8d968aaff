/**
 * The link to the broker: one WebSocket that comes back by itself.
 *
 * It promises nothing about delivery. Facts are asked for again by place (`follow`), requests are
 * repeated until answered (`outbox.ts`); signals sent while it is down are simply lost.
 */
import { ApiError } from "./api.ts";
import { BEAT_SECONDS } from "./contract.ts";
import type { Frame, Goodbye, Request, Signal, Welcome } from "./contract.ts";
import { Store } from "./store.ts";
import { madeAt } from "./uuid7.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const RESTART_JITTER_MS = 500;

/** A link that lasted this long was a good one: the next wait starts from the shortest again. */
const STEADY_MS = 5_000;

/** Until the broker says how often it beats: as many beats as afterwards, at its default. */
const BEATS_MISSED = 2;
const LONGEST_SILENCE_MS = BEATS_MISSED * BEAT_SECONDS * 1000;

/** WebSocket close code 1012: the service restarts (IANA registry). */
const SERVICE_RESTART = 1012;

export interface LinkParts {
  /** Fetch a single-use ticket; `ApiError` 401 closes the link for good. */
  readonly ticket: () => Promise<string>;
  readonly open?: (ticket: string) => WebSocket;
  readonly random?: () => number;
}

export interface LinkState {
  readonly open: boolean;
  /** Since when (ms, this machine's clock) it is not open. */
  readonly lostAt: number;
  /** Why it will not come back, or empty. */
  readonly closed: Goodbye["why"] | "";
}

/** Return how long to wait before attempt `n`, from 0: full jitter, so that a crowd spreads out. */
export function backoff(n: number, random: () => number): number {
  return random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** n);
}

export class Link {
  readonly state: Store<LinkState>;
  readonly welcome = new Store<Welcome | null>(null);
  readonly #parts: Required<LinkParts>;
  readonly #listeners = new Set<(frame: Frame) => void>();
  readonly #followed = new Map<string, () => number>();
  #socket: WebSocket | null = null;
  /** Counts connections, so that what an old one still says is not heard. */
  #turn = 0;
  #failures = 0;
  #openedAt = 0;
  #heardAt = 0;
  #ahead = 0;
  /** After so long a silence the connection counts as dead. */
  #silenceMs = LONGEST_SILENCE_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: LinkParts) {
    this.#parts = { open: openLink, random: Math.random, ...parts };
    this.state = new Store<LinkState>({ open: false, lostAt: Date.now(), closed: "" });
  }

  /** Connect, and stay connected until `stop` or a final goodbye. */
  start(): void {
    addEventListener("online", this.#hurry);
    addEventListener("pageshow", this.#hurry);
    document.addEventListener("visibilitychange", this.#hurry);
    void this.#connect();
  }

  stop(): void {
    this.#leave();
    removeEventListener("online", this.#hurry);
    removeEventListener("pageshow", this.#hurry);
    document.removeEventListener("visibilitychange", this.#hurry);
  }

  /** Return the time (ms) by the broker's clock, as well as we know it. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  /** Return when (ms, by the broker's clock) the request `id` was made here. */
  atBroker(id: string): number {
    return madeAt(id) + this.#ahead;
  }

  /** Send `message` if the link is open, and say whether it was. */
  send(message: Request | Signal): boolean {
    if (!this.state.get().open) return false;
    this.#socket?.send(JSON.stringify(message));
    return true;
  }

  /** Call `listener` with every frame; returns what stops it. */
  on(listener: (frame: Frame) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ask for the facts of `session` after place `after()`, now and whenever the link is back. */
  follow(session: string, after: () => number): () => void {
    this.#followed.set(session, after);
    this.resume(session);
    return () => {
      this.#followed.delete(session);
      this.send({ type: "forget", session });
    };
  }

  /** Ask again for what is missing in a followed session. */
  resume(session: string): void {
    const after = this.#followed.get(session);
    if (after) this.send({ type: "resume", session, after: after() });
  }

  async #connect(): Promise<void> {
    const turn = this.#leave();
    try {
      const ticket = await this.#parts.ticket();
      if (turn !== this.#turn) return;
      const socket = this.#parts.open(ticket);
      this.#socket = socket;
      this.#silenceMs = LONGEST_SILENCE_MS;
      this.#alive();
      socket.onmessage = ({ data }) => {
        if (turn === this.#turn) this.#hear(String(data));
      };
      socket.onclose = ({ code }) => {
        if (turn === this.#turn) this.#lost(code);
      };
    } catch (error) {
      if (turn !== this.#turn) return;
      // 403 is for staff who have to prove more than they have.
      const out = error instanceof ApiError && [401, 403].includes(error.status);
      if (out) this.#close("signed_out");
      else this.#retry(error instanceof ApiError ? error.retryAfter * 1000 : 0);
    }
  }

  /** Drop the connection there is; what it says from now on is not heard. */
  #leave(): number {
    clearTimeout(this.#timer);
    if (this.#socket) this.#socket.onclose = this.#socket.onmessage = null;
    this.#socket?.close();
    this.#socket = null;
    const { open, lostAt } = this.state.get();
    this.state.patch({ open: false, lostAt: open ? Date.now() : lostAt });
    return ++this.#turn;
  }

  #hear(data: string): void {
    const frame = JSON.parse(data) as Frame;
    if (frame.type === "welcome") this.#silenceMs = BEATS_MISSED * frame.beat_seconds * 1000;
    this.#alive();
    if (frame.type === "welcome") this.#welcomed(frame);
    if (frame.type === "beat") this.send({ type: "beat" });
    for (const listener of [...this.#listeners]) listener(frame);
    if (frame.type === "goodbye" && frame.final) this.#close(frame.why);
  }

  #welcomed(welcome: Welcome): void {
    this.#openedAt = Date.now();
    this.#ahead = welcome.now - this.#openedAt;
    this.welcome.set(welcome);
    this.state.patch({ open: true });
    for (const session of this.#followed.keys()) this.resume(session);
  }

  #alive(): void {
    this.#heardAt = Date.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(0), this.#silenceMs);
  }

  #lost(code: number): void {
    const steady = this.state.get().open && Date.now() - this.#openedAt >= STEADY_MS;
    if (steady) this.#failures = 0;
    this.#leave();
    if (code === SERVICE_RESTART) this.#later(this.#parts.random() * RESTART_JITTER_MS);
    else this.#retry(0);
  }

  #retry(atLeast: number): void {
    this.#later(atLeast + backoff(this.#failures++, this.#parts.random));
  }

  #later(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), delay);
  }

  #close(why: Goodbye["why"]): void {
    this.stop();
    this.state.patch({ closed: why });
  }

  /** The network or the person is back: do not wait out a delay, nor trust a silent socket. */
  readonly #hurry = (): void => {
    if (document.visibilityState === "hidden" || this.state.get().closed) return;
    const silent = Date.now() - this.#heardAt > this.#silenceMs;
    if (!this.#socket || silent) void this.#connect();
  };
}

function openLink(ticket: string): WebSocket {
  const url = new URL("/v1/link", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("ticket", ticket);
  return new WebSocket(url);
}
