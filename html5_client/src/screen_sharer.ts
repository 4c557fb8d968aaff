/**
 * A captured screen, shown to whoever may see it. Loaded only by those who share.
 *
 * What changes a little goes as exact pixels, what moves as video, and what was video becomes exact
 * when it rests. While nothing changes, or nobody looks, nothing is sent.
 */
import type { PictureLease } from "@deskside/browser/api";
import type { Session } from "@deskside/browser/contract";
import { LineSpeed } from "@deskside/browser/line_speed";
import type { Link } from "@deskside/browser/link";
import { PaceWindow } from "@deskside/browser/pace";
import type { PictureMessage, Rectangle } from "@deskside/browser/picture";
import { ScreenCells } from "./screen_cells.ts";
import { ScreenEncoder } from "./screen_encoder.ts";
import { ScreenFrames, pixelsOf } from "./screen_frames.ts";
import { SharerLine } from "./sharer_line.ts";
import type { SharerPath } from "./sharer_path.ts";
import { SharerPaths } from "./sharer_paths.ts";

/** What rests this long is made exact. */
const REST_MS = 250;

/** No more pictures than this: others want the machine as well. */
const LEAST_STEP_MS = 60;

/** Exact pixels of more cells than this cost more than video, or take longer than a moment. */
const MOST_EXACT = 48;
const LEAST_EXACT = 8;
const CELL_BYTES = 1_500;
const MOMENT_SECONDS = 0.2;

/** A whole picture that is larger than this (bytes) goes as video first, as does one that takes long. */
const MOST_WHOLE = 1_500_000;
const LEAST_WHOLE = 100_000;
const WHOLE_SECONDS = 0.75;

/** What a message has besides its pixels: 1,024 rectangles at most. */
const MOST_HEADER = 16 * 1024;

/** The relay refuses more than 6.25 MB and 240 messages within a second. */
const MOST_BYTES = 4_000_000;

/** A relay acknowledges every message; one that does not is not there any more. */
const DEAD_MS = 10_000;

export type SharedKind = "screen" | "window" | "tab";

export interface ScreenSharerParts {
  readonly lease: () => Promise<PictureLease>;
  /** How many look, and whether they do so through a connection that works. */
  readonly told: (viewers: number, open: boolean) => void;
  readonly link: Link;
  readonly session: () => Session;
  /** The path on which the picture goes now, or its code, has changed. */
  readonly wentBy: (path: SharerPath | null) => void;
}

export class ScreenSharer {
  readonly #parts: ScreenSharerParts;
  readonly #line: SharerLine;
  readonly #paths: SharerPaths;
  #kind: SharedKind = "screen";
  #frames: ScreenFrames | null = null;
  #cells: ScreenCells | null = null;
  #encoder: ScreenEncoder | null = null;
  #window = new PaceWindow();
  #speed = new LineSpeed();
  /** The last frame that was looked at: what refining and whole pictures are made of. */
  #last: VideoFrame | null = null;
  #stream = 0;
  #said = false;
  #viewers = 0;
  #recorded = false;
  #wantsWhole = true;
  /** Nothing of the screen that was announced last has been sent: nobody has it yet. */
  #isNew = true;
  #needsKey = true;
  #changedAt = 0;
  #steppedAt = 0;
  /** Cells of the last frame that nobody has been sent yet. */
  #changed: number[] = [];
  #busy = false;
  #closed = false;
  #heardAt = 0;
  #spent: { readonly at: number; readonly size: number }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: ScreenSharerParts) {
    this.#parts = parts;
    this.#line = new SharerLine({
      lease: parts.lease,
      take: (message) => this.#hear(message),
      opened: () => this.#begin(),
    });
    this.#line.state.subscribe(() => this.#tell());
    const { link, session } = parts;
    this.#paths = new SharerPaths({
      ...{ link, session, line: this.#line },
      changed: () => parts.wentBy(this.#paths.used),
    });
    this.#line.start();
  }

  /** The session has changed: what it does not allow any more ends at once. */
  follow(): void {
    this.#paths.look();
  }

  /** The customer has compared the code of the path that the picture takes. */
  verify(): void {
    this.#paths.used?.verify();
  }

  /** Show `track` from now on, instead of what was shown before. */
  show(track: MediaStreamTrack, kind: SharedKind): void {
    this.#frames?.close();
    this.#kind = kind;
    this.#forgetScreen();
    this.#frames = new ScreenFrames(track, () => void this.#step());
  }

  /** Stop at once: nothing leaves this machine any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#frames?.close();
    this.#line.stop();
    this.#paths.close();
    this.#forgetScreen();
  }

  #begin(): void {
    this.#window = new PaceWindow();
    this.#speed = new LineSpeed();
    this.#said = false;
    // What is still being packed was meant for the line before.
    this.#nextStream();
    this.#heardAt = Date.now();
    this.#wantsWhole = true;
    void this.#step();
  }

  #forgetScreen(): void {
    this.#last?.close();
    this.#last = null;
    this.#cells = null;
    this.#encoder?.close();
    this.#encoder = null;
    this.#said = false;
    this.#wantsWhole = true;
  }

  #hear(message: PictureMessage): void {
    this.#heardAt = Date.now();
    if (message.kind === "ack") {
      this.#window.acknowledge(message.body.received, Date.now() / 1000);
      this.#speed.acknowledge(message.body.received, Date.now() / 1000);
    } else if (message.kind === "watched") {
      this.#viewers = message.body.viewers;
      this.#recorded = message.body.recorded;
      this.#tell();
    } else if (message.kind === "wish" && message.body.wanted !== "monitor") {
      this.#wantsWhole = true;
    }
    // Whatever else comes asks for control, which no web page can give.
    void this.#step();
  }

  #tell(): void {
    this.#parts.told(this.#viewers, this.#line.state.get().open);
  }

  /** Send what there is to send, as far as the line allows; again until there is nothing. */
  async #step(): Promise<void> {
    if (this.#busy || this.#closed || !this.#isWatched()) return;
    const early = this.#steppedAt + LEAST_STEP_MS - Date.now();
    if (early > 0 || !this.#hasRoom()) {
      this.#later(Math.max(early, LEAST_STEP_MS));
      return;
    }
    this.#busy = true;
    this.#steppedAt = Date.now();
    try {
      const frame = this.#frames?.take();
      if (frame) this.#look(frame);
      await this.#send();
    } finally {
      this.#busy = false;
      if (this.#frames?.hasNew || this.#wantsWhole) this.#later(LEAST_STEP_MS);
      else if (this.#cells?.rough.size) this.#later(this.#changedAt + REST_MS - Date.now());
    }
  }

  #later(wait: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.#step(), wait);
  }

  #isWatched(): boolean {
    return this.#line.state.get().open && (this.#viewers > 0 || this.#recorded);
  }

  #hasRoom(): boolean {
    if (this.#window.inFlight > 0 && Date.now() - this.#heardAt > DEAD_MS) {
      this.#line.renew();
      return false;
    }
    return this.#window.isOpen && this.#spentLately() < MOST_BYTES;
  }

  /** Take in a new frame; what it changed is sent by `#send`. */
  #look(frame: VideoFrame): void {
    // Video has no odd sizes.
    const width = frame.displayWidth & ~1;
    const height = frame.displayHeight & ~1;
    if (this.#cells?.width !== width || this.#cells.height !== height) {
      this.#forgetScreen();
      this.#cells = new ScreenCells(width, height);
    }
    this.#last?.close();
    this.#last = frame;
    this.#changed = this.#cells.look(pixelsOf(frame, width, height));
    if (this.#changed.length) this.#changedAt = Date.now();
  }

  async #send(): Promise<void> {
    const cells = this.#cells;
    if (!cells) return;
    if (!this.#said) this.#sayGeometry(cells);
    const changed = this.#changed;
    this.#changed = [];
    if (this.#wantsWhole) {
      this.#wantsWhole = false;
      await this.#sendWhole(cells);
      return;
    }
    const most = this.#mostExact();
    const isMuch = changed.length > most;
    const moving = changed.filter((cell) => isMuch || cells.moves(cell));
    const still = changed.filter((cell) => !isMuch && !cells.moves(cell));
    if (still.length) await this.#sendExact(cells, still);
    if (moving.length) await this.#sendVideo(cells, moving, false);
    if (!changed.length) {
      const resting = this.#roughAtRest().slice(0, most);
      if (resting.length) await this.#sendExact(cells, resting);
    }
  }

  /** Return how many cells may go exactly at once, by what the line carries. */
  #mostExact(): number {
    return within(LEAST_EXACT, this.#inSeconds(MOMENT_SECONDS) / CELL_BYTES, MOST_EXACT);
  }

  /** Return how many bytes the line carries within so many seconds; no end of them while unknown. */
  #inSeconds(seconds: number): number {
    return (this.#speed.bytesASecond ?? Infinity) * seconds;
  }

  #roughAtRest(): number[] {
    if (Date.now() - this.#changedAt < REST_MS) return [];
    return [...(this.#cells?.rough ?? [])];
  }

  #sayGeometry(cells: ScreenCells): void {
    this.#said = true;
    this.#wantsWhole = true;
    this.#isNew = true;
    this.#nextStream();
    const { width, height } = cells;
    const body = {
      width,
      height,
      sharing: this.#kind,
      names: [""],
      chosen: 0,
      trouble: "",
    } as const;
    const rectangles = [{ x: 0, y: 0, width, height }];
    this.#count(this.#line.send("geometry", body, { stream: this.#stream, rectangles }));
  }

  #nextStream(): void {
    this.#stream = (this.#stream % 65_535) + 1;
  }

  async #sendWhole(cells: ScreenCells): Promise<void> {
    const all = Array.from({ length: cells.count }, (_, cell) => cell);
    const rectangles = cells.rectangles(all);
    const stream = this.#stream;
    const data = await deflated(cells.pixels(rectangles));
    if (stream !== this.#stream) return;
    const most = within(
      LEAST_WHOLE,
      this.#inSeconds(WHOLE_SECONDS),
      Math.min(MOST_WHOLE, this.#line.most - MOST_HEADER),
    );
    if (data.length > most && (await this.#sendVideo(cells, all, true))) return;
    cells.rough.clear();
    // Video after this begins anew: whoever joined has only this.
    this.#needsKey = true;
    const body = { coding: "deflate", data } as const;
    const head = { stream, rectangles, key: true, checkpoint: !this.#isNew };
    this.#isNew = false;
    this.#count(this.#line.send("patch", body, head));
  }

  async #sendExact(cells: ScreenCells, which: readonly number[]): Promise<void> {
    const rectangles = cells.rectangles(which);
    const stream = this.#stream;
    const data = await deflated(cells.pixels(rectangles));
    if (stream !== this.#stream) return;
    for (const cell of which) cells.rough.delete(cell);
    this.#count(this.#line.send("patch", { coding: "deflate", data }, { stream, rectangles }));
  }

  /** Send `which` as video; with `whole`, so that one can begin with it. Says whether it could. */
  async #sendVideo(cells: ScreenCells, which: readonly number[], whole: boolean): Promise<boolean> {
    const stream = this.#stream;
    const { width, height } = cells;
    const bits = 8 * this.#inSeconds(1);
    this.#encoder ??= await ScreenEncoder.open(width, height, bits);
    this.#encoder?.fit(bits);
    const key = whole || this.#needsKey;
    const cut =
      this.#last && new VideoFrame(this.#last, { visibleRect: { x: 0, y: 0, width, height } });
    const unit = cut && (await this.#encoder?.encode(cut, key));
    cut?.close();
    if (stream !== this.#stream || this.#closed) return true;
    if (!unit) {
      this.#encoder?.close();
      this.#encoder = null;
      this.#needsKey = true;
      // Slow, but right.
      if (!whole) await this.#sendExact(cells, which);
      return false;
    }
    this.#needsKey = false;
    for (const cell of which) cells.rough.add(cell);
    const area: Rectangle = { x: 0, y: 0, width, height };
    const { codec, data } = unit;
    const rectangles = cells.rectangles(which);
    const head = { stream, rectangles, key: unit.key, checkpoint: whole && !this.#isNew };
    this.#isNew = false;
    this.#count(this.#line.send("video", { codec, area, data }, head));
    return true;
  }

  #count(size: number): void {
    if (!size) return;
    const now = Date.now();
    this.#window.send(size, now / 1000);
    this.#speed.send(size, now / 1000);
    this.#spent.push({ at: now, size });
  }

  #spentLately(): number {
    const from = Date.now() - 1_000;
    this.#spent = this.#spent.filter(({ at }) => at > from);
    return this.#spent.reduce((sum, { size }) => sum + size, 0);
  }
}

function within(least: number, value: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

async function deflated(pixels: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([pixels]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
