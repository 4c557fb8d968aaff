/** What customers were here for before, fetched once for each session that is looked at. */
import { Store } from "@deskside/browser/store";
import { getEarlier } from "./contacts.ts";
import type { Earlier } from "./contacts.ts";

export class People {
  readonly earlier = new Store<Readonly<Record<string, Earlier>>>({});
  readonly #asked = new Set<string>();

  /** Have the earlier visits of who is in `session` fetched, unless they are here already. */
  lookUp(session: string): void {
    if (this.#asked.has(session)) return;
    this.#asked.add(session);
    getEarlier(session).then(
      (earlier) => this.earlier.patch({ [session]: earlier }),
      // Not worth a word: what one would like to know, not what one must.
      () => this.#asked.delete(session),
    );
  }
}
