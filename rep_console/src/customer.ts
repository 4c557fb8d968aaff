import type { Opened } from "@deskside/browser/contract";
import type { View } from "@deskside/browser/transcript";

export type Customer = Pick<Opened, "name" | "email" | "page" | "device">;

/** Return who the customer is, as they told themselves or as the rep who called them knows. */
export function customerOf({ entries }: View): Customer {
  const first = entries[0]?.fact;
  if (first?.type === "opened") return first;
  // Who is called says nothing: they are what the rep knows them by.
  const { name = "", email = "" } = first?.type === "called" ? first : {};
  return { name, email, page: "", device: "" };
}
