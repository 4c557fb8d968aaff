import type { Link } from "@deskside/browser/link";
import { useEffect, useState } from "react";

/** The time (ms) by the broker's clock, anew every second. */
export function useNow(link: Link): number {
  const [now, setNow] = useState(() => link.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(link.now()), 1_000);
    return () => clearInterval(timer);
  }, [link]);
  return now;
}
