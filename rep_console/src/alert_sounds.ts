/** Short sounds, made rather than loaded. A browser may keep them back until the page is touched. */
import { Store } from "@deskside/browser/store";
import type { Kind } from "./alert_causes.ts";

const NOTE_SECONDS = 0.16;
const LOUDEST = 0.35;

/** The notes of each sound in hertz: told apart without looking. */
const TUNES: Readonly<Record<Kind, readonly number[]>> = {
  offer: [659, 880, 659, 880, 1175],
  pause: [784, 587, 784, 587],
  queue: [523, 659, 784],
  line: [880],
};

export class AlertSounds {
  /** Whether the browser keeps our sounds back. */
  readonly blocked = new Store(false);
  #context: AudioContext | null = null;

  constructor() {
    const wake = () => void this.wake();
    addEventListener("pointerdown", wake);
    addEventListener("keydown", wake);
  }

  /** Ask for leave to sound; only a click or a key press gets it. */
  async wake(): Promise<void> {
    const context = this.#ready();
    if (context?.state === "suspended") await context.resume().catch(() => undefined);
    this.#look();
  }

  play(kind: Kind, volume: number): void {
    const context = this.#ready();
    if (!context) return;
    this.#look();
    if (context.state === "running") sound(context, TUNES[kind], volume * LOUDEST);
  }

  #ready(): AudioContext | null {
    if (!("AudioContext" in globalThis)) return null;
    this.#context ??= new AudioContext();
    this.#context.onstatechange = () => this.#look();
    return this.#context;
  }

  #look(): void {
    this.blocked.set(this.#context?.state === "suspended");
  }
}

function sound(context: AudioContext, tune: readonly number[], loudness: number): void {
  tune.forEach((pitch, index) => {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    const begin = context.currentTime + index * NOTE_SECONDS;
    tone.frequency.value = pitch;
    // Swells and fades: a tone cut off clicks.
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(loudness, begin + 0.02);
    volume.gain.linearRampToValueAtTime(0, begin + NOTE_SECONDS);
    tone.connect(volume).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + NOTE_SECONDS);
  });
}
