/**
 * A pen on a picture: what is drawn on the surface with mouse, finger or stylus becomes the messages
 * that draw it on the customer's screen. A line or a rectangle goes when it is let go of; until then
 * `ink` shows where it would be. A pointer follows, once a frame.
 */
import type { Bodies } from "./picture.ts";

export type Pen = "pointer" | "line" | "rectangle";

/** From where to where, in pixels of the page. */
export interface Ink {
  readonly x: number;
  readonly y: number;
  readonly toX: number;
  readonly toY: number;
}

export interface PenParts {
  readonly pen: Pen;
  readonly surface: HTMLElement;
  /** What of the customer's screen the surface shows. */
  readonly part: () => {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  readonly draw: (drawing: Bodies["drawing"]) => void;
  readonly ink: (ink: Ink | null) => void;
}

export class PicturePen {
  readonly #parts: PenParts;
  readonly #over = new AbortController();
  #from: PointerEvent | null = null;
  #latest: PointerEvent | null = null;
  #frame = 0;

  constructor(parts: PenParts) {
    this.#parts = parts;
    const { surface } = parts;
    const listen = (kind: string, hear: (event: PointerEvent) => void) =>
      surface.addEventListener(kind, hear as EventListener, { signal: this.#over.signal });
    listen("pointerdown", (event) => this.#begin(event));
    listen("pointermove", (event) => this.#move(event));
    listen("pointerup", (event) => this.#end(event));
    listen("pointercancel", () => this.#drop());
  }

  close(): void {
    this.#drop();
    this.#over.abort();
  }

  #begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#parts.surface.setPointerCapture(event.pointerId);
    this.#from = event;
    this.#move(event);
  }

  #move(event: PointerEvent): void {
    if (!this.#from) return;
    this.#latest = event;
    this.#frame ||= requestAnimationFrame(() => this.#show());
  }

  #show(): void {
    this.#frame = 0;
    const [from, to] = [this.#from, this.#latest];
    if (!from || !to) return;
    if (this.#parts.pen === "pointer") this.#draw(to, to);
    else this.#parts.ink({ x: from.clientX, y: from.clientY, toX: to.clientX, toY: to.clientY });
  }

  #end(event: PointerEvent): void {
    if (this.#from) this.#draw(this.#parts.pen === "pointer" ? event : this.#from, event);
    this.#drop();
  }

  #drop(): void {
    this.#from = this.#latest = null;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#parts.ink(null);
  }

  #draw(from: PointerEvent, to: PointerEvent): void {
    const [x, y] = this.#place(from);
    const [to_x, to_y] = this.#place(to);
    this.#parts.draw({ what: this.#parts.pen, x, y, to_x, to_y });
  }

  /** Return where on the customer's screen an event was; beside the picture, at its edge. */
  #place({ clientX, clientY }: PointerEvent): readonly [number, number] {
    const { left, top, width, height } = this.#parts.part();
    const at = this.#parts.surface.getBoundingClientRect();
    const share = (place: number, size: number, pixels: number) =>
      Math.max(0, Math.min(pixels - 1, Math.floor((place / size) * pixels)));
    return [
      left + share(clientX - at.left, at.width, width),
      top + share(clientY - at.top, at.height, height),
    ];
  }
}
