import type { Opened } from "@deskside/browser/contract";
import type { View } from "@deskside/browser/transcript";

export type Customer = Pick<Opened, "name" | "email" | "page">;

/** Return what the customer told of themselves when the session was opened. */
export function customerOf({ entries }: View): Customer {
  const first = entries[0]?.fact;
  return first?.type === "opened" ? first : { name: "", email: "", page: "" };
}
