import { useEffect, useState } from "react";
import type { RefObject } from "react";

/** Not in TypeScript's library: Keyboard Lock, of the WICG. */
interface LockableKeyboard {
  lock(): Promise<void>;
  unlock(): void;
}

/**
 * Full screen of an element. With `locks`, keys that browser and system keep for themselves come
 * through too, where the browser knows how; holding Esc always leads out.
 */
export function useFullScreen(
  element: RefObject<HTMLElement | null>,
  locks: boolean,
): { readonly isFull: boolean; readonly toggle: () => void } {
  const [isFull, setFull] = useState(false);
  useEffect(() => {
    const look = () => setFull(document.fullscreenElement !== null);
    look();
    document.addEventListener("fullscreenchange", look);
    return () => document.removeEventListener("fullscreenchange", look);
  }, []);
  useEffect(() => {
    const { keyboard } = navigator as Navigator & { keyboard?: LockableKeyboard };
    if (!isFull || !locks || !keyboard) return undefined;
    // Where it is not let, keys come as they do outside of full screen.
    keyboard.lock().catch(() => undefined);
    return () => keyboard.unlock();
  }, [isFull, locks]);
  const toggle = () => {
    // What the document knows: it is told of the change later, and a key may come in between.
    const turned = document.fullscreenElement
      ? document.exitFullscreen()
      : element.current?.requestFullscreen();
    // The browser may say no; then nothing changes, and that is seen.
    turned?.catch(() => undefined);
  };
  return { isFull, toggle };
}
