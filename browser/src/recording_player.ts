/**
 * Plays a recording into the viewer that live pictures are shown by: a clock, the segments it needs,
 * and the records that are due. Free of any framework and of the page: `frame` calls back once for
 * each picture the display draws.
 */
import { ApiError } from "./api.ts";
import { advanced, faster, set, STOPPED, toggled } from "./recording_clock.ts";
import type { ClockState, Course, Speed } from "./recording_clock.ts";
import { idleSpans, pictureBefore } from "./recording_index.ts";
import type { RecordingIndex, Span } from "./recording_index.ts";
import { paints, RecordingLine } from "./recording_line.ts";
import { RecordingReel } from "./recording_reel.ts";
import { SegmentMissing } from "./recording_source.ts";
import type { RecordingSource } from "./recording_source.ts";
import { PictureViewer } from "./picture_viewer.ts";
import { Store } from "./store.ts";

export interface PlayerState extends ClockState {
  readonly length: number;
  readonly running: boolean;
  readonly idle: readonly Span[];
  /** Whether the picture is being sought, and what stands on the canvas is not yet it. */
  readonly seeking: boolean;
  /** Whether playing waits for what was recorded to come. */
  readonly waiting: boolean;
  /** Why it cannot go on; the next try is the page's to ask for. */
  readonly fault: PlayerFault | null;
}

/** A part of a recording that cannot be shown. */
export interface PlayerFault {
  /** The broker's word for it, such as `recording_broken`; empty where it could not be reached. */
  readonly code: string;
  /** Number of the segment, 0 where it is not known, and from when to when (ms) it goes. */
  readonly segment: number;
  readonly from: number;
  readonly to: number;
  /** From where on (ms) the picture can be shown again; null if it cannot. */
  readonly after: number | null;
}

export interface RecordingPlayerParts {
  readonly index: RecordingIndex;
  readonly source: RecordingSource;
  /** When something was said or done besides the picture, sorted. */
  readonly moments?: readonly number[];
  /** When sharing ended, sorted: from then on there is nothing to see. */
  readonly ends?: readonly number[];
  readonly canvas?: HTMLCanvasElement;
  readonly frame?: (step: (now: number) => void) => () => void;
}

/** So much is asked for ahead, in ms of watching. */
const AHEAD_MS = 8_000;
const LEAST_AHEAD_MS = 12_000;
/** A seek that is followed by another within so long, in ms, asks for nothing ahead. */
const AHEAD_AFTER_MS = 200;

export class RecordingPlayer {
  readonly viewer: PictureViewer;
  readonly state: Store<PlayerState>;
  readonly #reel: RecordingReel;
  readonly #line: RecordingLine;
  readonly #frame: NonNullable<RecordingPlayerParts["frame"]>;
  #ends: readonly number[];
  #stopFrame: (() => void) | undefined;
  #last = 0;
  #isPainting = false;
  #isLoading = false;
  #aheadTimer: ReturnType<typeof setTimeout> | undefined;
  /** Where to go once the seek that is under way has ended. */
  #wanted: number | null = null;
  #seek: Promise<void> = Promise.resolve();
  #steps: Promise<void> = Promise.resolve();
  #isClosed = false;
  /** Why what lies ahead could not be fetched; said once it is needed. */
  #ahead: unknown = null;
  /** How far `ends` were shown. */
  #shownTo = 0;

  constructor({ index, source, moments = [], ends = [], canvas, frame }: RecordingPlayerParts) {
    let line: RecordingLine | undefined;
    this.viewer = new PictureViewer({
      line: (ear) => (line = new RecordingLine(ear)),
      ...(canvas && { canvas }),
    });
    if (!line) throw new Error("a viewer without its line");
    this.#line = line;
    this.#reel = new RecordingReel(index, source);
    this.#ends = ends;
    this.#frame = frame ?? everyFrame;
    this.state = new Store<PlayerState>({
      ...STOPPED,
      length: index.length,
      running: index.running,
      idle: idleSpans(index, moments),
      seeking: false,
      waiting: false,
      fault: null,
    });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#aheadTimer);
    this.#stopFrame?.();
    this.viewer.close();
  }

  /** More of the recording is there, or more is known of what happened meanwhile. */
  extend(index: RecordingIndex, moments: readonly number[], ends: readonly number[]): void {
    this.#reel.index = index;
    this.#ends = ends;
    const { length, running } = index;
    this.state.patch({ length, running, idle: idleSpans(index, moments) });
  }

  play(): void {
    if (!this.state.get().playing) this.toggle();
  }

  pause(): void {
    if (this.state.get().playing) this.toggle();
  }

  toggle(): void {
    const before = this.state.get();
    const now = toggled(before, before);
    this.#ahead = null;
    this.state.set({ ...before, ...now, fault: null });
    if (now.at !== before.at) void this.seek(now.at);
    if (now.playing) this.#run();
    else this.#stopFrame?.();
  }

  setSpeed(speed: Speed): void {
    this.state.patch({ speed });
  }

  faster(by: 1 | -1): void {
    this.setSpeed(faster(this.state.get().speed, by));
  }

  skipIdle(skipsIdle: boolean): void {
    this.state.patch({ skipsIdle });
  }

  /** Go to `at`; of several that are asked for while one is sought, the last counts. */
  seek(at: number): Promise<void> {
    const state = this.state.get();
    const { at: wanted } = set(state, at, state);
    this.#wanted = wanted;
    this.#ahead = null;
    this.state.patch({ at: wanted, fault: null });
    if (!state.seeking) {
      this.state.patch({ seeking: true });
      this.#seek = this.#seekAll();
    }
    return this.#seek;
  }

  /** Go to the next change of the picture, or with -1 to the one before; one step after the other. */
  step(by: 1 | -1): Promise<void> {
    return (this.#steps = this.#steps.then(() => this.#step(by)));
  }

  async #step(by: 1 | -1): Promise<void> {
    if (this.#isClosed) return;
    this.pause();
    await this.#seek;
    try {
      const at = await this.#neighbour(this.state.get().at, by);
      if (at !== null) await this.seek(at);
    } catch (why) {
      this.#fail(why);
    }
  }

  async #neighbour(at: number, by: 1 | -1): Promise<number | null> {
    if (by > 0) return this.#reel.change(at, 1, paints);
    // What is shown now began no later than now; the one before is meant.
    const shown = await this.#reel.change(at + 0.001, -1, paints);
    return shown === null ? null : ((await this.#reel.change(shown, -1, paints)) ?? 0);
  }

  async #seekAll(): Promise<void> {
    try {
      for (let at = this.#wanted; at !== null && !this.#isClosed; at = this.#wanted) {
        await this.#seekTo(at);
        if (this.#wanted === at) this.#wanted = null;
      }
      this.state.patch({ seeking: false, waiting: false });
    } catch (why) {
      this.#wanted = null;
      this.#fail(why);
    }
    this.#last = performance.now();
  }

  async #seekTo(at: number): Promise<void> {
    clearTimeout(this.#aheadTimer);
    const from = pictureBefore(this.#reel.index, at);
    await this.#reel.load(from, at);
    if (this.#isClosed) return;
    this.#line.begin();
    this.#reel.goTo(from);
    this.#shownTo = from?.at ?? 0;
    if (!from) this.#line.blank("stopped");
    this.#show(at);
    await this.viewer.settled();
    // Not at once: who drags along the time line wants the next picture, and not what follows this one.
    this.#aheadTimer = setTimeout(() => this.#loadAhead(), AHEAD_AFTER_MS);
  }

  #fail(why: unknown): void {
    const fault = faultOf(why, this.#reel.index);
    this.pause();
    this.state.patch({ seeking: false, waiting: false, fault });
  }

  #run(): void {
    this.#stopFrame?.();
    this.#last = performance.now();
    this.#stopFrame = this.#frame((now) => this.#tick(now));
  }

  #tick(now: number): void {
    const before = this.state.get();
    // What cannot be painted as quickly as it comes is played as quickly as it can be painted.
    if (before.seeking || this.#isPainting) return;
    const elapsed = Math.max(0, now - this.#last);
    this.#last = now;
    const course: Course = before;
    const next = advanced(before, elapsed, course);
    const jumps = next.at - before.at > AHEAD_MS;
    if (jumps) {
      void this.seek(next.at);
      return;
    }
    if (!this.#reel.has(next.at)) {
      if (this.#ahead) {
        this.#fail(this.#ahead);
        return;
      }
      this.state.patch({ waiting: true });
      this.#loadAhead();
      return;
    }
    const isAtEnd = next.at >= before.length;
    this.state.set({ ...before, ...next, waiting: isAtEnd && before.running });
    if (!next.playing) this.#stopFrame?.();
    this.#skip(next.at);
    this.#show(next.at);
    this.#isPainting = true;
    void this.viewer.settled().then(() => (this.#isPainting = false));
    this.#loadAhead();
  }

  /** Leave out what a whole picture will cover before anybody sees it. */
  #skip(at: number): void {
    const whole = pictureBefore(this.#reel.index, at);
    if (whole && this.#reel.isAhead(whole)) this.#reel.goTo(whole);
  }

  /** Show what is due at `at`, ends of sharing among it. */
  #show(at: number): void {
    for (const record of this.#reel.due(at)) {
      this.#end(record.at);
      this.#line.show(record.record);
    }
    this.#end(at);
  }

  #end(until: number): void {
    const isOver = this.#ends.some((end) => end > this.#shownTo && end <= until);
    if (isOver) this.#line.blank("stopped");
    this.#shownTo = Math.max(this.#shownTo, until);
  }

  #loadAhead(): void {
    if (this.#isLoading || this.#ahead) return;
    const { at, speed } = this.state.get();
    const until = at + Math.max(LEAST_AHEAD_MS, AHEAD_MS * speed);
    if (this.#reel.has(until)) return;
    this.#isLoading = true;
    this.#reel
      .load(null, until, at)
      .catch((why: unknown) => {
        // What is here is played first: maybe that part is never reached.
        this.#ahead = why;
      })
      .finally(() => (this.#isLoading = false));
  }
}

/** Return what `why` means to who watches. */
export function faultOf(why: unknown, index: RecordingIndex): PlayerFault {
  const segment = why instanceof SegmentMissing ? why.segment : 0;
  const cause = why instanceof SegmentMissing ? why.cause : why;
  const span = index.segments.find(({ number }) => number === segment);
  const next = index.pictures.find((picture) => picture.segment > segment);
  return {
    code: cause instanceof ApiError ? (cause.status ? cause.code : "") : "",
    segment,
    from: span?.begins ?? 0,
    to: span?.ends ?? 0,
    after: segment && next ? next.at : null,
  };
}

function everyFrame(step: (now: number) => void): () => void {
  let asked = requestAnimationFrame(function again(now) {
    asked = requestAnimationFrame(again);
    step(now);
  });
  return () => cancelAnimationFrame(asked);
}
