/**
 * Words whose text box has gone. A rep writes, and the customer ends the session, or a colleague takes
 * it over: the letters that follow are no commands, which would take somebody from the queue, or turn
 * to another customer and leave the rest of the sentence there.
 */

/** Whoever rests for so long has seen it, and means what they press. */
const REST_MS = 1_500;

export class LostWords {
  #field: HTMLTextAreaElement | null = null;
  #at = 0;

  /** Say whether what is pressed at `now` (ms), in `target`, goes on with words that went there. */
  goOn(target: EventTarget | null, now: number): boolean {
    const isLost = this.#field?.isConnected === false && now - this.#at < REST_MS;
    if (target instanceof HTMLTextAreaElement) this.#field = target;
    else if (!isLost) this.#field = null;
    this.#at = now;
    return isLost && this.#field !== target;
  }
}
