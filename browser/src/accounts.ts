/** The calls with which those who work here get in, and look after how they do. */
import type { Account } from "./api.ts";
import { call } from "./api.ts";
import type { MadePasskey, PasskeyQuestion, ShownPasskey } from "./passkeys.ts";

export interface Welcomed {
  readonly name: string;
  readonly user_name: string;
}

export interface PasswordSet {
  readonly user_name: string;
  /** Who is signed in now; null where a second factor has to be shown first. */
  readonly me: Account | null;
}

export interface ProposedCodes {
  /** In base32, to be typed. */
  readonly secret: string;
  /** The same as a QR picture: an SVG as a data address. */
  readonly picture: string;
}

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly created_at: number;
  /** 0 for never. */
  readonly used_at: number;
}

export interface SignInPlace {
  readonly id: string;
  readonly device: string;
  readonly address: string;
  readonly since: number;
  readonly seen_at: number;
  readonly here: boolean;
}

export interface Security {
  readonly user_name: string;
  /** Whether one second factor at least has to stay. */
  readonly demanded: boolean;
  readonly codes: boolean;
  readonly recovery_codes_left: number;
  readonly passkeys: readonly Passkey[];
  readonly sign_ins: readonly SignInPlace[];
}

interface Codes {
  readonly recovery_codes: readonly string[];
}

// --- coming in

export async function askPasskey(): Promise<PasskeyQuestion> {
  return (await call<{ options: PasskeyQuestion }>("POST", "/v1/passkeys/ask")).options;
}

export function signInWithPasskey(shown: ShownPasskey): Promise<Account> {
  return call("POST", "/v1/passkeys/sign-in", shown);
}

/** Say whose a one-time link is. */
export function welcome(token: string): Promise<Welcomed> {
  return call("POST", "/v1/welcome", { token });
}

/** Set a password with the token of a one-time link. */
export function setPassword(token: string, password: string): Promise<PasswordSet> {
  return call("POST", "/v1/password", { token, password });
}

// --- one's own

export function getSecurity(): Promise<Security> {
  return call("GET", "/v1/me/security");
}

export function confirmPassword(password: string): Promise<unknown> {
  return call("POST", "/v1/me/confirm", { password });
}

export function changePassword(old: string, password: string): Promise<unknown> {
  return call("POST", "/v1/me/password", { old, password });
}

export function proposeCodes(): Promise<ProposedCodes> {
  return call("POST", "/v1/me/codes");
}

/** Put the proposed codes in force; returns recovery codes. */
export async function confirmCodes(code: string): Promise<readonly string[]> {
  return (await call<Codes>("POST", "/v1/me/codes/confirm", { code })).recovery_codes;
}

export function removeCodes(): Promise<unknown> {
  return call("POST", "/v1/me/codes/remove");
}

export async function newRecoveryCodes(): Promise<readonly string[]> {
  return (await call<Codes>("POST", "/v1/me/recovery-codes")).recovery_codes;
}

export async function proposePasskey(): Promise<PasskeyQuestion> {
  return (await call<{ options: PasskeyQuestion }>("POST", "/v1/me/passkeys/ask")).options;
}

/** Keep a passkey; returns recovery codes where it is the first second factor. */
export async function addPasskey(name: string, made: MadePasskey): Promise<readonly string[]> {
  return (await call<Codes>("POST", "/v1/me/passkeys", { name, made })).recovery_codes;
}

export function removePasskey(id: string): Promise<unknown> {
  return call("POST", `/v1/me/passkeys/${id}/remove`);
}

export function endSignIn(id: string): Promise<unknown> {
  return call("POST", `/v1/me/sign-ins/${id}/end`);
}

export function endOtherSignIns(): Promise<unknown> {
  return call("POST", "/v1/me/sign-ins/end-others");
}

/** Send a picture as one's own photo; returns its digest. */
export async function sendPhoto(picture: Blob): Promise<string> {
  return (await call<{ photo: string }>("POST", "/v1/me/photo", picture)).photo;
}

export function removePhoto(): Promise<unknown> {
  return call("POST", "/v1/me/photo/remove");
}
