/** Who wrote before, who works here, and what a customer was here for earlier. */
import { call } from "@deskside/browser/api";
import type { Choice } from "@deskside/browser/api";
import type { Ending, Presence } from "@deskside/browser/contract";

export interface Contact {
  /** Whom to call: the browser of their last session. */
  readonly customer: string;
  readonly name: string;
  readonly email: string;
  /** Their last session, which also names the contact. */
  readonly session: string;
  readonly last_at: number;
  readonly sessions: number;
}

export interface Visit {
  readonly session: string;
  /** An address that was typed could be anybody's. */
  readonly known_by: "visitor" | "email";
  readonly team: string;
  readonly issue: string;
  readonly rep: string;
  readonly state: string;
  readonly ending: Ending | "";
  readonly opened_at: number;
  readonly ended_at: number;
}

export interface ContactOpened extends Pick<Contact, "customer" | "name" | "email"> {
  readonly count: number;
  readonly visits: readonly Visit[];
}

export interface Earlier {
  readonly count: number;
  readonly sessions: readonly Visit[];
}

export interface DirectoryRep {
  readonly rep: string;
  readonly name: string;
  readonly role: "rep" | "lead";
  readonly teams: readonly string[];
  readonly presence: Presence;
  readonly active: number;
}

export interface Directory {
  readonly teams: readonly Choice[];
  readonly reps: readonly DirectoryRep[];
}

interface Page {
  readonly contacts: readonly Contact[];
  readonly more: boolean;
}

/** Find contacts by name or address, who came last before `before` (ms; 0: all). */
export function searchContacts(q: string, before = 0): Promise<Page> {
  const query = new URLSearchParams({ ...(q && { q }), ...(before && { before: String(before) }) });
  return call("GET", `/v1/contacts?${query.toString()}`);
}

/** Open the contact that had `session`. */
export function openContact(session: string): Promise<ContactOpened> {
  return call("GET", `/v1/contacts/${encodeURIComponent(session)}`);
}

export function changeContact(session: string, known: { name: string; email: string }) {
  return call("POST", "/v1/contacts/change", { session, ...known });
}

/** Make the contact that had `session` the same as the one that had `into`. */
export function mergeContacts(session: string, into: string) {
  return call("POST", "/v1/contacts/merge", { session, into });
}

export function deleteContact(session: string) {
  return call("POST", "/v1/contacts/delete", { session });
}

export function getEarlier(session: string): Promise<Earlier> {
  return call("GET", `/v1/sessions/${encodeURIComponent(session)}/earlier`);
}

export function getDirectory(): Promise<Directory> {
  return call("GET", "/v1/directory");
}
