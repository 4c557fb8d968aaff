import type { Readable } from "@deskside/browser/store";
import { useSyncExternalStore } from "react";

/** Draw the component again whenever `store` changes, and return what is in it. */
export function useStore<Value>(store: Readable<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get);
}
