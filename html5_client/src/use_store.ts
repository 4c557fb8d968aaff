import type { Readable } from "@deskside/browser/store";
import { useLayoutEffect, useReducer } from "preact/hooks";

/** Draw the component again whenever `store` changes, and return what is in it. */
export function useStore<Value>(store: Readable<Value>): Value {
  const [drawn, redraw] = useReducer<Value, undefined>(() => store.get(), store.get());
  useLayoutEffect(() => {
    const look = () => redraw(undefined);
    // It may have changed between drawing and subscribing.
    look();
    return store.subscribe(look);
  }, [store]);
  // Another store may have come in with this very drawing.
  return drawn === store.get() ? drawn : store.get();
}
