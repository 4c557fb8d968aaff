import { useState } from "react";
import type { CSSProperties } from "react";

interface RingProps {
  /** How long is left, and of how long, in ms. */
  readonly ms: number;
  readonly of: number;
}

/** Empties as the time goes by. Drawn by the style sheet alone, so that it costs nothing. */
export function Ring({ ms, of }: RingProps) {
  // A whole round begins before the ring is seen, where some of the time is over already.
  const [time] = useState(
    () => ({ "--ring": `${of}ms`, "--ring-gone": `${Math.min(0, ms - of)}ms` }) as CSSProperties,
  );
  return (
    <svg className="ring" viewBox="0 0 20 20" aria-hidden="true" style={time}>
      <circle className="ring-ground" cx="10" cy="10" r="8" />
      <circle className="ring-left" cx="10" cy="10" r="8" pathLength="1" />
    </svg>
  );
}
