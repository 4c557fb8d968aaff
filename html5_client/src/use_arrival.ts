import { useEffect, useRef } from "preact/hooks";

/** Take the keyboard and the screen reader to what has just come in. */
export function useArrival<Target extends HTMLElement>() {
  const target = useRef<Target>(null);
  useEffect(() => target.current?.focus({ preventScroll: true }), []);
  return target;
}
