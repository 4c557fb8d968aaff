import type { Transcript } from "@deskside/browser/transcript";
import { useMemo, useSyncExternalStore } from "react";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

/** The rep's sessions in the order of their list, drawn again whenever that changes. */
export function useMyOrder(workplace: Workplace): readonly Transcript[] {
  const { mine } = useStore(workplace.state);
  const subscribe = useMemo(
    () => (listener: () => void) => {
      const views = mine.map(({ view }) => view.subscribe(listener));
      const stops = [
        ...views,
        workplace.pins.subscribe(listener),
        workplace.state.subscribe(listener),
        workplace.list.holds.subscribe(listener),
      ];
      return () => stops.forEach((stop) => stop());
    },
    [workplace, mine],
  );
  const ids = () =>
    workplace.list
      .places()
      .map(({ id }) => id)
      .join(" ");
  const order = useSyncExternalStore(subscribe, ids).split(" ").filter(Boolean);
  return order.flatMap((id) => mine.filter((each) => each.id === id));
}
