/**
 * A picture as it is watched: a canvas, the line that fills it, and what there is to know of it. The
 * line is a relay's socket while somebody shares, and a recording when it is played.
 *
 * Free of any framework: a page puts `canvas` where it likes, reads `state`, and sends input through
 * `say`. Nothing is kept between two openings of the line.
 */
import type { PictureLease } from "./api.ts";
import type { Blanked, Bodies, Kind, PictureMessage, Rectangle, Trouble } from "./picture.ts";
import { PicturePainter } from "./picture_painter.ts";
import { PictureSocket } from "./picture_socket.ts";
import type { Head } from "./picture_socket.ts";
import { PictureStatistics } from "./picture_statistics.ts";
import { Store } from "./store.ts";
import type { Readable } from "./store.ts";

const FIRST_WISH_MS = 500;
const LONGEST_WISH_MS = 8_000;

/**
 * What is drawn within this time is answered once, when it is drawn; what takes longer, as it comes and
 * once more. A decoder that lags is thus seen by whoever makes the frames, and not taken for a slow line.
 */
const DRAWING_MS = 20;

/** So many losses without a picture in between: this browser cannot decode what comes. */
const HOPELESS = 4;

const PAINTED: ReadonlySet<Kind> = new Set(["patch", "video", "move"]);

export type Cursor = Bodies["cursor"];

export interface PictureState {
  /** Whether there are pixels of the customer's on the canvas. */
  readonly shown: boolean;
  readonly open: boolean;
  /** Why the socket is not open. */
  readonly why: string;
  readonly blank: Blanked | "";
  readonly trouble: Trouble;
  /** Where on the customer's screen the part begins that is shown, and how large it is. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly sharing: Bodies["geometry"]["sharing"];
  readonly monitors: readonly Rectangle[];
  readonly names: readonly string[];
  readonly chosen: number;
  /** Whether the picture comes, but this browser cannot decode it. */
  readonly hopeless: boolean;
  /** The text that was copied at the customer's last, and how often one was. */
  readonly copied: { readonly text: string; readonly count: number };
}

const NOTHING: PictureState = {
  shown: false,
  open: false,
  why: "",
  blank: "",
  trouble: "",
  left: 0,
  top: 0,
  width: 0,
  height: 0,
  sharing: "",
  monitors: [],
  names: [],
  chosen: 0,
  hopeless: false,
  copied: { text: "", count: 0 },
};

/** What a line brings. */
export interface PictureEar {
  /** A message came that was `size` bytes long. */
  readonly take: (message: PictureMessage, size: number) => void;
  /** Everything begins anew. */
  readonly opened: () => void;
}

export interface LineState {
  readonly open: boolean;
  readonly why: string;
  /** Whether the picture comes without a relay. */
  readonly direct?: boolean;
}

/** What fills a picture. */
export interface PictureLine {
  readonly state: Readable<LineState>;
  start(): void;
  stop(): void;
  renew(): void;
  /** Send a viewer's message and return how many bytes it has; 0 where it goes nowhere. */
  send<K extends Kind>(kind: K, body: Bodies[K], head?: Head): number;
}

interface FromRelay {
  readonly lease: () => Promise<PictureLease>;
  readonly open?: (address: string) => WebSocket;
}

interface FromLine {
  readonly line: (ear: PictureEar) => PictureLine;
}

export type PictureViewerParts = (FromRelay | FromLine) & { readonly canvas?: HTMLCanvasElement };

export class PictureViewer {
  readonly canvas: HTMLCanvasElement;
  readonly state = new Store<PictureState>(NOTHING);
  readonly cursor = new Store<Cursor>({ x: 0, y: 0, shown: false, shape: null });
  readonly statistics = new PictureStatistics();
  readonly line: PictureLine;
  #painter: PicturePainter;
  #stream = 0;
  #received = 0;
  #drawn = 0;
  #losses = 0;
  #wish: ReturnType<typeof setTimeout> | undefined;
  #answering: ReturnType<typeof setTimeout> | undefined;
  readonly #stop: () => void;

  constructor(parts: PictureViewerParts) {
    this.canvas = parts.canvas ?? document.createElement("canvas");
    this.#painter = this.#newPainter();
    const ear: PictureEar = {
      take: (message, size) => this.#take(message, size),
      opened: () => this.#begin(),
    };
    this.line = "line" in parts ? parts.line(ear) : relayLine(parts, ear);
    this.#stop = this.line.state.subscribe(() => this.#follow());
    this.line.start();
  }

  close(): void {
    this.#stop();
    this.line.stop();
    clearTimeout(this.#wish);
    clearTimeout(this.#answering);
    this.#painter.close();
  }

  /** Resolves once everything that came so far is on the canvas, or given up. */
  settled(): Promise<void> {
    return this.#painter.settled();
  }

  /** Open the socket anew: rights have changed, or the line may be dead. */
  renew(): void {
    this.line.renew();
  }

  /** Send a viewer's message about the screen that is shown; says whether it left. */
  say<K extends Kind>(kind: K, body: Bodies[K]): boolean {
    return this.line.send(kind, body, { stream: this.#stream }) > 0;
  }

  /** Draw each pixel so large (in those of the page), or, with 0, as large as the page has room. */
  lay(pixel: number): void {
    const { width, height } = this.state.get();
    this.canvas.style.width = pixel ? `${width * pixel}px` : "";
    this.canvas.style.height = pixel ? `${height * pixel}px` : "";
  }

  /** Give one's own pointer a look, as CSS has it, over the picture. */
  point(cursor: string): void {
    this.canvas.style.cursor = cursor;
  }

  choose(monitor: number): void {
    this.say("wish", { wanted: "monitor", monitor });
  }

  #newPainter(): PicturePainter {
    return new PicturePainter(this.canvas, {
      geometry: (...now) => this.#show(...now),
      cursor: (cursor) => this.cursor.set(cursor),
      blank: (blank) => this.#blank(blank),
      painted: (message) => this.#painted(message),
      lost: () => this.#lost(),
    });
  }

  #begin(): void {
    // What an old socket brought, and is still being decoded, is not painted over the new picture.
    this.#painter.close();
    this.#painter = this.#newPainter();
    clearTimeout(this.#answering);
    this.#answering = undefined;
    this.#received = 0;
    this.#drawn = 0;
    this.#losses = 0;
  }

  #follow(): void {
    const { open, why } = this.line.state.get();
    // The last picture stays, under a veil: what it shows may no longer be so.
    this.state.patch({ open, why });
  }

  #take(message: PictureMessage, size: number): void {
    this.#received += size;
    this.statistics.came(message, size);
    if (message.kind === "clipboard") {
      const { count } = this.state.get().copied;
      this.state.patch({ copied: { text: message.body.text, count: count + 1 } });
    } else this.#painter.take(message);
    if (message.kind === "geometry") this.#stream = message.stream;
    if (!PAINTED.has(message.kind)) this.#answer();
    else this.#answering ??= setTimeout(() => this.#answer(), DRAWING_MS);
  }

  #answer(): void {
    clearTimeout(this.#answering);
    this.#answering = undefined;
    this.line.send("ack", { received: this.#received, drawn: this.#drawn });
  }

  #show(geometry: Bodies["geometry"], monitors: readonly Rectangle[], part: Rectangle): void {
    const { sharing, names, chosen, trouble } = geometry;
    const { shown } = this.state.get();
    this.state.patch({
      left: part.x,
      top: part.y,
      width: part.width,
      height: part.height,
      sharing,
      monitors,
      names,
      chosen,
      trouble,
      blank: "",
      shown: shown && !trouble,
    });
  }

  #blank(blank: Blanked): void {
    this.cursor.set({ ...this.cursor.get(), shown: false });
    this.state.patch({ blank, shown: false });
  }

  #painted(message: PictureMessage): void {
    this.#drawn = message.sequence;
    this.#answer();
    this.statistics.drew(message);
    if (message.kind === "video") this.#losses = 0;
    const { shown, hopeless } = this.state.get();
    if (!shown || (hopeless && message.kind === "video")) {
      this.state.patch({ shown: true, blank: "", hopeless: this.#losses >= HOPELESS });
    }
  }

  #lost(): void {
    this.statistics.lost();
    if (this.#wish !== undefined) return;
    if (this.#losses >= HOPELESS) this.state.patch({ hopeless: true });
    const wait = this.#losses ? Math.min(LONGEST_WISH_MS, FIRST_WISH_MS * 2 ** this.#losses) : 0;
    this.#losses++;
    this.#wish = setTimeout(() => {
      this.#wish = undefined;
      this.say("wish", { wanted: "key_frame", monitor: 0 });
    }, wait);
  }
}

function relayLine({ lease, open }: FromRelay, ear: PictureEar): PictureLine {
  return new PictureSocket({ lease, ...(open && { open }), ...ear });
}
