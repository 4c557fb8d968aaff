import { capsOf } from "./keys.ts";

/** Keys as they are printed on the keyboard. */
export function KeyCaps({ keys }: { keys: string }) {
  if (!keys) return null;
  return (
    <span className="keys">
      {capsOf(keys).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  );
}
