/**
 * Short sounds, made rather than loaded.
 *
 * Browsers let a page sound only after somebody has touched it, so nothing is made before that.
 */
import type { Fact } from "@deskside/browser/contract";
import type { Transcript } from "@deskside/browser/transcript";
import { useEffect, useRef } from "preact/hooks";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

/** What is older than this when it comes is history. */
const FRESH_MS = 5_000;
const NOTE_SECONDS = 0.14;
const LOUDNESS = 0.12;
const WAKING_MS = 300;

/** The notes of each sound, in hertz, one after the other. */
const TUNES: Readonly<Partial<Record<Fact["type"], readonly number[]>>> = {
  said: [880],
  link_pushed: [880],
  accepted: [523, 784],
  met: [523, 784],
  called: [988, 740, 988, 740],
};

export const NUDGE_TUNE = [988, 740, 988];

export class Sounds {
  #context: AudioContext | null = null;

  constructor() {
    const wake = () => {
      if ("AudioContext" in window) this.#context ??= new AudioContext();
    };
    addEventListener("pointerdown", wake, { once: true });
    addEventListener("keydown", wake, { once: true });
  }

  /** Sound, and say whether that could be heard: a context that sleeps makes no sound. */
  async play(tune: readonly number[]): Promise<boolean> {
    const context = this.#context;
    if (!context) return false;
    this.#tone(context, tune);
    // After a laptop's sleep it has to be woken; where it may not be, it never settles.
    if (context.state === "suspended") {
      await Promise.race([context.resume(), new Promise((done) => setTimeout(done, WAKING_MS))]);
    }
    return context.state === "running";
  }

  #tone(context: AudioContext, tune: readonly number[]): void {
    tune.forEach((pitch, index) => {
      const [tone, volume] = [context.createOscillator(), context.createGain()];
      const begin = context.currentTime + index * NOTE_SECONDS;
      tone.frequency.value = pitch;
      // Swells and fades: a tone cut off clicks.
      volume.gain.setValueAtTime(0, begin);
      volume.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.02);
      volume.gain.linearRampToValueAtTime(0, begin + NOTE_SECONDS);
      tone.connect(volume).connect(context.destination);
      tone.start(begin);
      tone.stop(begin + NOTE_SECONDS);
    });
  }
}

/** Sound when somebody else says or does something that the customer should look at. */
export function useSounds({ sounds, preferences, link }: Visit, transcript: Transcript): void {
  const { entries } = useStore(transcript.view);
  const heardRef = useRef(0);
  useEffect(() => {
    const isNews = ({ by, at, place }: Fact) =>
      place > heardRef.current && by !== transcript.me && link.now() - at < FRESH_MS;
    const news = entries.findLast(({ fact }) => TUNES[fact.type] && isNews(fact));
    heardRef.current = entries.at(-1)?.fact.place ?? 0;
    const tune = news && TUNES[news.fact.type];
    if (tune && !preferences.state.get().muted) void sounds.play(tune);
  }, [entries, transcript, sounds, preferences, link]);
}
