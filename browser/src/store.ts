/**
 * A value that can be watched: what both pages' frameworks need, and no more.
 *
 * `get` returns the same object until something changed, so a framework may compare by identity.
 */
export interface Readable<Value> {
  readonly get: () => Value;
  readonly subscribe: (listener: () => void) => () => void;
}

export class Store<Value> implements Readable<Value> {
  readonly #listeners = new Set<() => void>();
  #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  readonly get = (): Value => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Replace the value and tell everybody, unless it is the same. */
  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Replace some fields of an object. */
  patch(change: Partial<Value>): void {
    this.set({ ...this.#value, ...change });
  }
}
