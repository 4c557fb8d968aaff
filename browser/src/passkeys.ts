/**
 * Passkeys, as browsers have them (WebAuthn Level 3). The broker speaks the standard's JSON, in
 * which bytes are base64url; not every browser translates that by itself yet.
 */

/** What the broker hands to `navigator.credentials`; only what is translated is named here. */
export interface PasskeyQuestion {
  readonly challenge: string;
  readonly user?: { readonly id: string; readonly name: string; readonly displayName: string };
  readonly excludeCredentials?: readonly { readonly id: string; readonly type: "public-key" }[];
}

export interface MadePasskey {
  readonly id: string;
  readonly client_data: string;
  readonly attestation: string;
}

export interface ShownPasskey {
  readonly id: string;
  readonly client_data: string;
  readonly authenticator_data: string;
  readonly signature: string;
}

/** The person closed the browser's dialog, or let it time out. */
export class PasskeyAborted extends Error {}

/** Say whether this browser has passkeys for this address: they need a name, not a number. */
export function hasPasskeys(host = location.hostname): boolean {
  const isAddress = /^[\d.]+$|:|^\[/.test(host);
  return "PublicKeyCredential" in globalThis && !isAddress;
}

/** Make a passkey, as the broker asked. */
export async function makePasskey(question: PasskeyQuestion): Promise<MadePasskey> {
  const { challenge, user, excludeCredentials = [] } = question;
  const publicKey = {
    ...question,
    challenge: bytesOf(challenge),
    user: { ...user, id: bytesOf(user?.id ?? "") },
    excludeCredentials: excludeCredentials.map((each) => ({ ...each, id: bytesOf(each.id) })),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = await asked(() => navigator.credentials.create({ publicKey }));
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    id: made.id,
    client_data: codedOf(response.clientDataJSON),
    attestation: codedOf(response.attestationObject),
  };
}

/** Let the person choose a passkey for this site and sign with it. */
export async function showPasskey(question: PasskeyQuestion): Promise<ShownPasskey> {
  const publicKey: PublicKeyCredentialRequestOptions = {
    ...(question as object),
    challenge: bytesOf(question.challenge),
    allowCredentials: [],
  };
  const shown = await asked(() => navigator.credentials.get({ publicKey }));
  const response = shown.response as AuthenticatorAssertionResponse;
  return {
    id: shown.id,
    client_data: codedOf(response.clientDataJSON),
    authenticator_data: codedOf(response.authenticatorData),
    signature: codedOf(response.signature),
  };
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  const answer = await ask().catch((fault: unknown) => {
    if (fault instanceof DOMException && fault.name !== "InvalidStateError") {
      throw new PasskeyAborted(fault.message);
    }
    throw fault;
  });
  if (!answer) throw new PasskeyAborted();
  return answer as PublicKeyCredential;
}

export function bytesOf(coded: string): Uint8Array<ArrayBuffer> {
  const text = atob(coded.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export function codedOf(bytes: ArrayBuffer): string {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
