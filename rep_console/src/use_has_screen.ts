import { Store } from "@deskside/browser/store";
import type { Transcript } from "@deskside/browser/transcript";
import { useSyncExternalStore } from "react";
import { rightsOf } from "./screen_rights.ts";

const NONE = new Store(null);

/** Say whether there is a picture, or about to be one, in the session that is open. */
export function useHasScreen(open: Transcript | undefined, me: string): boolean {
  const store = open?.view ?? NONE;
  return useSyncExternalStore(store.subscribe, () => {
    const view = open?.view.get();
    return view ? rightsOf(view.session, me).open : false;
  });
}

const ROOMY = matchMedia("(min-width: 1500px)");

/** Say whether the window has room for the customer's details beside a picture. */
export function useIsRoomy(): boolean {
  return useSyncExternalStore(subscribe, () => ROOMY.matches);
}

function subscribe(listener: () => void): () => void {
  ROOMY.addEventListener("change", listener);
  return () => ROOMY.removeEventListener("change", listener);
}
