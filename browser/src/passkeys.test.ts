import { afterEach, expect, test, vi } from "vitest";
import {
  PasskeyAborted,
  bytesOf,
  codedOf,
  hasPasskeys,
  makePasskey,
  showPasskey,
} from "./passkeys.ts";

afterEach(() => vi.unstubAllGlobals());

test("bytes survive their way through base64url, whatever they are and however many", () => {
  for (let length = 0; length < 300; length += 7) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length) % 256);
    const coded = codedOf(bytes.buffer);
    expect(coded).toMatch(/^[\w-]*$/);
    expect([...bytesOf(coded)]).toEqual([...bytes]);
  }
});

test("passkeys need a name for an address", () => {
  vi.stubGlobal("PublicKeyCredential", {});
  for (const name of ["help.example.org", "localhost"]) expect(hasPasskeys(name)).toBe(true);
  for (const address of ["127.0.0.1", "192.168.1.20", "[::1]"]) {
    expect(hasPasskeys(address)).toBe(false);
  }
  vi.unstubAllGlobals();
  expect(hasPasskeys("localhost")).toBe(false);
});

function credentials(container: Partial<CredentialsContainer>) {
  vi.stubGlobal("navigator", { credentials: container });
}

test("what the broker asks reaches the browser in bytes, and comes back in letters", async () => {
  const create = vi.fn().mockResolvedValue({
    id: "key",
    response: { clientDataJSON: bytesOf("AQID").buffer, attestationObject: bytesOf("-_8").buffer },
  });
  credentials({ create });
  const user = { id: "ci0x", name: "ana", displayName: "Ana" };
  const made = await makePasskey({
    challenge: "_-8",
    user,
    excludeCredentials: [{ id: "AQ", type: "public-key" }],
  });
  expect(made).toEqual({ id: "key", client_data: "AQID", attestation: "-_8" });
  const [{ publicKey }] = create.mock.calls[0] as [{ publicKey: Record<string, unknown> }];
  expect(publicKey.challenge).toEqual(new Uint8Array([255, 239]));
  expect(publicKey.user).toEqual({ ...user, id: new Uint8Array([114, 45, 49]) });
  expect(publicKey.excludeCredentials).toEqual([{ id: new Uint8Array([1]), type: "public-key" }]);
});

test("somebody who closes the browser's dialog has changed their mind, nothing worse", async () => {
  credentials({ get: () => Promise.reject(new DOMException("closed", "NotAllowedError")) });
  await expect(showPasskey({ challenge: "AQ" })).rejects.toBeInstanceOf(PasskeyAborted);
  credentials({ get: () => Promise.resolve(null) });
  await expect(showPasskey({ challenge: "AQ" })).rejects.toBeInstanceOf(PasskeyAborted);
});
