/**
 * The order in which a rep sees their sessions. What is shown is what the keys mean, so there is one
 * order for both: a number that is read must not open somebody else's session a moment later.
 */
import { Store } from "@deskside/browser/store";
import { inOrder, placeOf, steady } from "./my_order.ts";
import type { Place } from "./my_order.ts";
import type { Workplace } from "./workplace.ts";

/** A pointer that is about to click, or a hand that holds Alt and reads the numbers. */
export type Hold = "pointer" | "keys";

export class MyList {
  readonly holds = new Store<readonly Hold[]>([]);
  readonly #workplace: Pick<Workplace, "state" | "pins" | "account">;
  #shown: readonly string[] = [];

  constructor(workplace: Pick<Workplace, "state" | "pins" | "account">) {
    this.#workplace = workplace;
  }

  /** Keep the order as it is for as long as `isHeld`. */
  hold(by: Hold, isHeld: boolean): void {
    const held = this.holds.get();
    if (held.includes(by) === isHeld) return;
    this.holds.set(isHeld ? [...held, by] : held.filter((each) => each !== by));
  }

  /** Return where each of the rep's sessions stands, the first of the list first. */
  places(): readonly Place[] {
    const { state, pins, account } = this.#workplace;
    const { mine, dismissed } = state.get();
    const { ids: pinned } = pins.get();
    const places = inOrder(
      mine
        .filter(({ id }) => !dismissed.includes(id))
        .map(({ id, view }) => placeOf(id, view.get(), account.party, pinned.includes(id))),
    );
    const fresh = places.map(({ id }) => id);
    this.#shown = this.holds.get().length ? steady(this.#shown, fresh) : fresh;
    return this.#shown.flatMap((id) => places.filter((each) => each.id === id));
  }
}
