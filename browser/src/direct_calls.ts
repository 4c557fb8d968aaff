/** The broker's calls about direct paths. */
import { call } from "./api.ts";
import type { IceServer } from "./contract.ts";

export interface DirectOpening {
  readonly allowed: boolean;
  readonly servers: readonly IceServer[];
}

/** Ask whether the picture of `session` may come directly, and what helps to find the way. */
export function openDirect(session: string): Promise<DirectOpening> {
  return call("POST", `/v1/sessions/${encodeURIComponent(session)}/direct`, {});
}

/** Have signed what may be done now between two certificates; empty where that is nothing. */
export async function renewDirect(
  session: string,
  viewer: string,
  sharer: string,
): Promise<string> {
  const ends = { session, viewer, sharer };
  return (await call<{ token: string }>("POST", "/v1/capabilities", ends)).token;
}
