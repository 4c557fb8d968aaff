import type { Link } from "@deskside/browser/link";
import { createContext, useContext } from "react";
import type { ReactNode } from "react";
import { useNow } from "./use_now.ts";

const Now = createContext(0);

/** Gives the time to what is inside: each second only what reads it is drawn again. */
export function Ticking({ link, children }: { link: Link; children: ReactNode }) {
  return <Now.Provider value={useNow(link)}>{children}</Now.Provider>;
}

/** Return the time (ms) by the broker's clock, anew every second. */
export function useTicking(): number {
  return useContext(Now);
}
