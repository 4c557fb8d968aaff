/** A value that outlives the page and is the same in all windows of this browser. */
import { keep, kept, onKept } from "@deskside/browser/storage";
import { Store } from "@deskside/browser/store";

export class KeptStore<Value extends object> extends Store<Value> {
  readonly #key: string;
  readonly #usual: Value;

  /** `usual` is what holds until something else is chosen, also for fields that came later. */
  constructor(key: string, usual: Value) {
    super(parse(kept(key), usual));
    this.#key = key;
    this.#usual = usual;
    onKept(key, (text) => super.set(parse(text, this.#usual)));
  }

  /** Take over what was kept elsewhere, as far as it fits. */
  take(text: string): void {
    this.set(parse(text, this.#usual));
  }

  override set(value: Value): void {
    keep(this.#key, JSON.stringify(value));
    super.set(value);
  }
}

/** Read back what was kept; a field of another kind than usual is taken for damaged. */
function parse<Value extends object>(text: string, usual: Value): Value {
  let found: unknown;
  try {
    found = JSON.parse(text || "{}");
  } catch {
    return usual;
  }
  const fields = Object.entries(found ?? {}).filter(([name, value]) =>
    isAlike(value, (usual as Record<string, unknown>)[name]),
  );
  return { ...usual, ...Object.fromEntries(fields) };
}

function isAlike(value: unknown, usual: unknown): boolean {
  return typeof value === typeof usual && Array.isArray(value) === Array.isArray(usual);
}
