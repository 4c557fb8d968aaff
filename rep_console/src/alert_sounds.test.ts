import { afterEach, expect, test, vi } from "vitest";
import { AlertSounds } from "./alert_sounds.ts";

/** The browser's sound, which it keeps back until somebody has touched the page. */
class KeptBack {
  state = "suspended";
  onstatechange: (() => void) | null = null;
  readonly currentTime = 0;
  readonly destination = {};
  played = 0;

  resume(): Promise<void> {
    this.state = "running";
    this.onstatechange?.();
    return Promise.resolve();
  }

  createOscillator(): object {
    const part = { connect: () => part, frequency: { value: 0 }, stop: () => undefined };
    return { ...part, start: () => (this.played += 1) };
  }

  createGain(): object {
    const gain = { setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined };
    const part = { gain, connect: () => part };
    return part;
  }
}

afterEach(() => vi.unstubAllGlobals());

test("what the browser keeps back is said, and sounds once somebody has touched the page", async () => {
  const context = new KeptBack();
  vi.stubGlobal("AudioContext", function open() {
    return context;
  });
  const sounds = new AlertSounds();
  expect(sounds.blocked.get()).toBe(false);
  sounds.play("offer", 1);
  expect([sounds.blocked.get(), context.played]).toEqual([true, 0]);
  dispatchEvent(new Event("pointerdown"));
  await vi.waitFor(() => expect(sounds.blocked.get()).toBe(false));
  sounds.play("offer", 1);
  expect(context.played).toBe(5);
});

test("a browser without sound is no fault", () => {
  vi.stubGlobal("AudioContext", undefined);
  Reflect.deleteProperty(globalThis, "AudioContext");
  const sounds = new AlertSounds();
  sounds.play("line", 1);
  expect(sounds.blocked.get()).toBe(false);
});
