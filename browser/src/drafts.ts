/**
 * Text typed but not sent, kept over a reload.
 *
 * It is written at every keystroke and at once: a page that is killed has no last moment.
 */
import { drop, keep, kept } from "./storage.ts";

/** The drafts of one party on this device, by session or by field of a form. */
export class Drafts {
  readonly #party: string;

  constructor(party: string) {
    this.#party = party;
  }

  read(of: string): string {
    return kept(this.#key(of));
  }

  write(of: string, text: string): void {
    if (text) keep(this.#key(of), text);
    else drop(this.#key(of));
  }

  #key(of: string): string {
    return `draft.${this.#party}.${of}`;
  }
}
