/**
 * The files that this page sends in one session: offered, and once they are accepted, sent by tus.
 *
 * A cut line costs nothing: what has arrived stays there, and the rest is sent as soon as there is a
 * line again. Only a page that was closed has lost its files; they must be chosen again.
 */
import type { Upload } from "tus-js-client";
import type { FileHeld, RefusalCode, Session } from "./contract.ts";
import { problemOf } from "./file_texts.ts";
import type { Link } from "./link.ts";
import type { Answer, Asked } from "./outbox.ts";
import { Pace } from "./file_pace.ts";
import { Store } from "./store.ts";
import { waitAfter } from "./tries.ts";
import { uuid7 } from "./uuid7.ts";

/** A file that has come on within this time has a line that works. */
const MOVING_MS = 2_000;

/** Again and again: a line may be gone for minutes, and the next try costs one small question. */
const RETRY_DELAYS_MS = [0, 500, 1_000, 2_000, ...Array.from({ length: 200 }, () => 4_000)];

export interface Sending {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly sent: number;
  readonly bytesPerSecond: number;
  readonly paused: boolean;
  /** Why it was not even offered. */
  readonly problem: RefusalCode | "";
}

export interface SendingParts {
  readonly session: string;
  readonly link: Link;
  readonly ask: (asked: Asked) => Promise<Answer>;
  /** Proves who a customer is; reps have their cookie. */
  readonly token: string;
}

export class SentFiles {
  readonly sendings = new Store<Readonly<Record<string, Sending>>>({});
  readonly #parts: SendingParts;
  readonly #files = new Map<string, File>();
  readonly #uploads = new Map<string, Upload>();
  readonly #starting = new Set<string>();
  readonly #paces = new Map<string, Pace>();
  readonly #movedAt = new Map<string, number>();
  /** What was paused here, or let go on, and has not come back from the broker yet. */
  readonly #untold = new Map<string, boolean>();
  readonly #closed = new AbortController();
  readonly #stop: () => void;
  #session: Session | null = null;

  constructor(parts: SendingParts) {
    this.#parts = parts;
    this.#stop = parts.link.on((frame) => {
      if (frame.type === "welcome") {
        this.#again();
        this.#tell();
      }
      if (frame.type === "file_held" && frame.session === parts.session) this.#held(frame);
    });
  }

  close(): void {
    this.#stop();
    this.#closed.abort();
    for (const id of [...this.#uploads.keys()]) this.#abort(id);
  }

  /** Offer `files` to the other side; what the site does not want is said at once. */
  offer(files: Iterable<File>, session: Session): void {
    for (const file of files) {
      const id = uuid7();
      const problem = problemOf(file, session.rules);
      this.#put({ ...EMPTY, id, name: file.name, size: file.size, problem });
      if (!problem) void this.#offer(id, file);
    }
  }

  async #offer(id: string, file: File): Promise<void> {
    this.#files.set(id, file);
    // Fetched while the other side decides.
    this.#sender().catch(closed);
    const { session } = this.#parts;
    const name = file.name.replaceAll("\0", "").slice(-255);
    const asked = { type: "offer_file", session, file: id, name, size: file.size } as const;
    const answer = await this.#parts.ask(asked);
    if (answer.type === "refused") {
      this.#files.delete(id);
      this.#patch(id, { problem: answer.code });
    }
  }

  /** Go on with a file that the page had lost; says whether it is the same by name and size. */
  chooseAgain(id: string, name: string, size: number, file: File): boolean {
    if (file.name !== name || file.size !== size) return false;
    this.#files.set(id, file);
    this.#put({ ...EMPTY, id, name, size });
    // Whoever paused it before does not see otherwise that it goes on.
    this.hold(id, false);
    if (this.#session) this.follow(this.#session);
    return true;
  }

  /** Say whether the page still has the file called `id`. */
  has(id: string): boolean {
    return this.#files.has(id);
  }

  /** Send what was accepted, and stop what was declined or withdrawn. */
  follow(session: Session): void {
    this.#session = session;
    for (const id of [...this.#files.keys()]) {
      const known = Object.hasOwn(session.files, id) ? session.files[id] : undefined;
      if (!known) continue;
      if (known.state === "accepted" && session.state !== "ended") this.#start(id).catch(closed);
      else if (known.state !== "offered") this.#finish(id);
    }
  }

  /** Pause, or go on; the other side is told. */
  hold(id: string, held: boolean): void {
    this.#untold.set(id, held);
    this.#tell();
    this.#hold(id, held);
  }

  /** Tell the broker what is paused and what goes on, until it says so itself. */
  #tell(): void {
    const { session, link } = this.#parts;
    for (const [file, held] of this.#untold) link.send({ type: "hold_file", session, file, held });
  }

  /** What the broker said before it heard of what is wanted here does not count any more. */
  #held({ file, held }: FileHeld): void {
    if (this.#untold.get(file) === held) this.#untold.delete(file);
    if (!this.#untold.has(file)) this.#hold(file, held);
  }

  cancel(id: string): void {
    const { session, ask } = this.#parts;
    this.#abort(id);
    void ask({ type: "withdraw_file", session, file: id });
  }

  /** Forget a file that was not offered. */
  dismiss(id: string): void {
    const others = Object.entries(this.sendings.get()).filter(([each]) => each !== id);
    this.sendings.set(Object.fromEntries(others));
  }

  #hold(id: string, held: boolean): void {
    const known = this.sendings.get()[id];
    if (!known || known.paused === held) return;
    this.#paces.delete(id);
    this.#patch(id, { paused: held, bytesPerSecond: 0 });
    const upload = this.#uploads.get(id);
    if (held) void upload?.abort();
    else upload?.start();
  }

  /** Return what sends, as soon as the line has brought it: not every chat sends files, so it comes late. */
  async #sender(): Promise<typeof import("tus-js-client")> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await import("tus-js-client");
      } catch (fault) {
        await waitAfter(tries, fault, this.#closed.signal);
      }
    }
  }

  async #start(id: string): Promise<void> {
    const file = this.#files.get(id);
    if (!file || this.#uploads.has(id) || this.#starting.has(id)) return;
    this.#starting.add(id);
    const { Upload } = await this.#sender().finally(() => this.#starting.delete(id));
    if (!this.#files.has(id)) return;
    const { token, session } = this.#parts;
    const upload = new Upload(file, {
      endpoint: "/v1/files",
      metadata: { session, file: id },
      headers: { "X-Deskside": "1", ...(token && { Authorization: `Bearer ${token}` }) },
      retryDelays: RETRY_DELAYS_MS,
      storeFingerprintForResuming: false,
      onProgress: (sent) => this.#progress(id, sent),
      // The facts say what became of it; the last try is not the last word either.
      onError: () => undefined,
    });
    this.#uploads.set(id, upload);
    if (!this.sendings.get()[id]?.paused) upload.start();
  }

  #progress(id: string, sent: number): void {
    const pace = this.#paces.get(id) ?? new Pace();
    this.#paces.set(id, pace);
    this.#movedAt.set(id, performance.now());
    this.#patch(id, { sent, bytesPerSecond: pace.at(sent, performance.now()) });
  }

  /** The line is back: what waits for its next try need not; what is on its way again goes on. */
  #again(): void {
    for (const [id, upload] of this.#uploads) {
      const moved = performance.now() - (this.#movedAt.get(id) ?? -MOVING_MS);
      if (this.sendings.get()[id]?.paused || moved < MOVING_MS) continue;
      void upload.abort().then(() => {
        if (this.#uploads.get(id) === upload && !this.sendings.get()[id]?.paused) upload.start();
      });
    }
  }

  #finish(id: string): void {
    this.#abort(id);
    this.#files.delete(id);
    this.dismiss(id);
  }

  #abort(id: string): void {
    const upload = this.#uploads.get(id);
    this.#uploads.delete(id);
    this.#paces.delete(id);
    this.#movedAt.delete(id);
    void upload?.abort();
  }

  #put(sending: Sending): void {
    this.sendings.set({ ...this.sendings.get(), [sending.id]: sending });
  }

  #patch(id: string, changed: Partial<Sending>): void {
    const known = this.sendings.get()[id];
    if (known) this.#put({ ...known, ...changed });
  }
}

/** Nothing is sent any more, so nobody has to know. */
const closed = () => undefined;

const EMPTY = {
  sent: 0,
  bytesPerSecond: 0,
  paused: false,
  problem: "",
} as const;
