import type { Account } from "@deskside/browser/api";
import type { Welcome } from "@deskside/browser/contract";
import { useEffect } from "react";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

/** Open the page anew when the link comes back with another role or other teams. */
export function useSameRights({ account, link }: Workplace): void {
  const welcome = useStore(link.welcome);
  useEffect(() => {
    // Drafts and what is on its way are kept on the device.
    if (welcome && !isSame(account, welcome)) location.reload();
  }, [account, welcome]);
}

export function isSame(account: Account, welcome: Pick<Welcome, "role" | "teams">): boolean {
  if (account.role !== welcome.role) return false;
  // Others than reps and leads serve none, whatever their account says.
  if (account.role !== "rep" && account.role !== "lead") return true;
  const teams = account.teams.map(({ id }) => id).sort();
  return teams.join(" ") === [...welcome.teams].sort().join(" ");
}
