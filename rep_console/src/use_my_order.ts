import type { Transcript } from "@deskside/browser/transcript";
import { useMemo, useState, useSyncExternalStore } from "react";
import { inOrder, placeOf, steady } from "./my_order.ts";
import type { Place } from "./my_order.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

/** Return where each of the rep's sessions belongs right now. */
export function myPlaces(workplace: Workplace): readonly Place[] {
  const { mine, dismissed } = workplace.state.get();
  const { ids: pinned } = workplace.pins.get();
  const places = mine
    .filter(({ id }) => !dismissed.includes(id))
    .map(({ id, view }) => placeOf(id, view.get(), workplace.account.party, pinned.includes(id)));
  return inOrder(places);
}

/** The rep's sessions in order, drawn again whenever that changes; `hold` keeps it as it is. */
export function useMyOrder(workplace: Workplace, hold: boolean): readonly Transcript[] {
  const { mine } = useStore(workplace.state);
  const subscribe = useMemo(
    () => (listener: () => void) => {
      const views = mine.map(({ view }) => view.subscribe(listener));
      const stops = [
        ...views,
        workplace.pins.subscribe(listener),
        workplace.state.subscribe(listener),
      ];
      return () => stops.forEach((stop) => stop());
    },
    [workplace, mine],
  );
  const ids = () =>
    myPlaces(workplace)
      .map(({ id }) => id)
      .join(" ");
  const order = useSyncExternalStore(subscribe, ids).split(" ").filter(Boolean);
  const [shown, setShown] = useState(order);
  const wanted = hold ? steady(shown, order) : order;
  if (wanted.join(" ") !== shown.join(" ")) setShown([...wanted]);
  return wanted.flatMap((id) => mine.filter((each) => each.id === id));
}
