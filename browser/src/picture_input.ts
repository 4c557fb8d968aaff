/**
 * What a rep does to a picture, as messages: pointer, wheel, keys, words and clipboard.
 *
 * Keys come from a text box that nobody sees, as only there browsers compose words. One rule before
 * any other: what went down here comes up, also when focus, window or right are lost.
 */
import type { Bodies } from "./picture.ts";
import { pastes, KeyTranslator } from "./picture_keys.ts";
import type { Said } from "./picture_keys.ts";

/** The way back to one's own machine; it never goes to the customer's. */
export const WAY_OUT = "Ctrl+Alt+Home";

const NOTCH = 120;
/** What one notch is worth in each of a wheel event's units: pixels, lines, pages. */
const UNITS = [NOTCH / 100, NOTCH / 3, NOTCH * 3];
const MOST = 32_767;

export interface PictureInputParts {
  /** Takes the pointer; the picture fills it. */
  readonly surface: HTMLElement;
  /** Takes the keyboard. */
  readonly keyboard: HTMLTextAreaElement;
  /** Which part of the customer's screen the surface shows. */
  readonly part: () => Part;
  readonly say: (said: Said) => void;
  /** Somebody pressed the way out. */
  readonly leave: () => void;
  /** Whether the clipboard may be passed on. */
  readonly mayPaste: () => boolean;
}

interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

type Point = Readonly<Pick<Bodies["pointer"], "x" | "y">>;

export class PictureInput {
  readonly #parts: PictureInputParts;
  readonly #keys = new KeyTranslator();
  readonly #stops: (() => void)[] = [];
  #buttons = 0;
  #at: Point = { x: 0, y: 0 };
  #moved = false;
  #right = 0;
  #down = 0;
  #frame = 0;
  /** A key that pastes waits for the text that it is to paste. */
  #pasting: KeyboardEvent | null = null;

  constructor(parts: PictureInputParts) {
    this.#parts = parts;
    const { surface, keyboard } = parts;
    this.#hear(surface, "pointermove", (event) => this.#move(event));
    this.#hear(surface, "pointerdown", (event) => this.#press(event));
    this.#hear(surface, "pointerup", (event) => this.#press(event));
    this.#hear(surface, "pointercancel", () => this.release());
    this.#hear(surface, "wheel", (event) => this.#wheel(event), { passive: false });
    this.#hear(surface, "contextmenu", (event) => event.preventDefault());
    this.#hear(keyboard, "keydown", (event) => this.#keyDown(event));
    this.#hear(keyboard, "keyup", (event) => this.#keyUp(event));
    this.#hear(keyboard, "compositionend", ({ data }) => this.#write(data));
    this.#hear(keyboard, "input", (event) => this.#typed(event));
    this.#hear(keyboard, "paste", (event) => this.#paste(event));
    this.#hear(keyboard, "blur", () => this.release());
    const onHidden = () => document.hidden && this.release();
    document.addEventListener("visibilitychange", onHidden);
    this.#stops.push(() => document.removeEventListener("visibilitychange", onHidden));
  }

  /** Let go of everything, and hear nothing more. */
  close(): void {
    this.release();
    cancelAnimationFrame(this.#frame);
    for (const stop of this.#stops) stop();
  }

  /** Let go of every key and button that is held. */
  release(): void {
    this.#pasting = null;
    this.#parts.keyboard.value = "";
    const held = this.#keys.forget() || this.#buttons > 0;
    this.#buttons = 0;
    if (held) this.#parts.say({ kind: "release_all", body: {} });
  }

  /** Press and release keys that this machine would keep for itself, such as Ctrl+Alt+Del. */
  strike(codes: readonly string[]): void {
    for (const said of this.#keys.chord(codes)) this.#parts.say(said);
  }

  // --- pointer

  #pointAt({ clientX, clientY }: MouseEvent): Point {
    const { left, top, width, height } = this.#parts.surface.getBoundingClientRect();
    const part = this.#parts.part();
    return {
      x: part.left + within((clientX - left) * (part.width / width), part.width),
      y: part.top + within((clientY - top) * (part.height / height), part.height),
    };
  }

  #move(event: PointerEvent): void {
    this.#at = this.#pointAt(event);
    this.#moved = true;
    this.#later();
  }

  #press(event: PointerEvent): void {
    event.preventDefault();
    const { surface, keyboard } = this.#parts;
    if (event.type === "pointerdown") {
      surface.setPointerCapture(event.pointerId);
      keyboard.focus({ preventScroll: true });
    }
    this.#at = this.#pointAt(event);
    this.#buttons = buttonsOf(event.buttons);
    this.#moved = false;
    this.#parts.say({ kind: "pointer", body: { ...this.#at, buttons: this.#buttons } });
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = UNITS[event.deltaMode] ?? 1;
    this.#at = this.#pointAt(event);
    this.#right += event.deltaX * unit;
    this.#down += event.deltaY * unit;
    this.#later();
  }

  /** Tell what came since the last frame, with the next one. */
  #later(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#moved) {
      this.#moved = false;
      this.#parts.say({ kind: "pointer", body: { ...this.#at, buttons: this.#buttons } });
    }
    const [right, down] = [whole(this.#right), whole(this.#down)];
    if (!right && !down) return;
    // What is less than a 120th is kept for the next turn.
    this.#right -= right;
    this.#down -= down;
    this.#parts.say({ kind: "wheel", body: { ...this.#at, right, down } });
  }

  // --- keys

  #keyDown(event: KeyboardEvent): void {
    // Shortcuts of the page are the customer's now.
    event.stopPropagation();
    if (isWayOut(event)) {
      event.preventDefault();
      this.release();
      this.#parts.leave();
      return;
    }
    if (pastes(event) && this.#parts.mayPaste() && !event.repeat) {
      // The browser's own paste follows, and brings the text without asking for a permission.
      this.#pasting = event;
      return;
    }
    const said = this.#keys.down(event);
    if (said) event.preventDefault();
    for (const each of said ?? []) this.#parts.say(each);
  }

  #keyUp(event: KeyboardEvent): void {
    event.stopPropagation();
    if (this.#pasting?.code === event.code) this.#strikePaste();
    const said = this.#keys.up(event);
    if (said.length) event.preventDefault();
    for (const each of said) this.#parts.say(each);
  }

  #paste(event: ClipboardEvent): void {
    event.preventDefault();
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text && this.#parts.mayPaste()) this.#parts.say({ kind: "clipboard", body: { text } });
    this.#strikePaste();
  }

  #strikePaste(): void {
    const event = this.#pasting;
    this.#pasting = null;
    for (const each of (event && this.#keys.down(event)) ?? []) this.#parts.say(each);
  }

  #typed({ isComposing, data }: InputEvent): void {
    if (!isComposing && data) this.#write(data);
  }

  #write(text: string): void {
    this.#parts.keyboard.value = "";
    for (const each of this.#keys.text(text)) this.#parts.say(each);
  }

  #hear<Name extends keyof HTMLElementEventMap>(
    element: HTMLElement,
    name: Name,
    listener: (event: HTMLElementEventMap[Name]) => void,
    options?: AddEventListenerOptions,
  ): void {
    element.addEventListener(name, listener, options);
    this.#stops.push(() => element.removeEventListener(name, listener, options));
  }
}

/** Return buttons as messages have them: a browser counts the right one before the middle one. */
export function buttonsOf(buttons: number): number {
  return (buttons & ~6) | ((buttons & 2) << 1) | ((buttons & 4) >> 1);
}

function isWayOut({ code, ctrlKey, altKey }: KeyboardEvent): boolean {
  return code === "Home" && ctrlKey && altKey;
}

function within(at: number, size: number): number {
  return Math.max(0, Math.min(size - 1, Math.floor(at)));
}

function whole(turned: number): number {
  return Math.max(-MOST, Math.min(MOST, Math.trunc(turned)));
}
