import { afterEach, expect, test, vi } from "vitest";
import { getSite, getTicket, signIn } from "./api.ts";
import { drop } from "./storage.ts";
import { knownVisitor, visitorTicket } from "./visitor.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  drop("visitor");
});

function answering(...responses: (Response | Error)[]) {
  const fetched = vi.fn<typeof fetch>();
  for (const each of responses) {
    if (each instanceof Error) fetched.mockRejectedValueOnce(each);
    else fetched.mockResolvedValueOnce(each);
  }
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

test("a customer shows the token, and every call our own header", async () => {
  const fetched = answering(Response.json({ ticket: "t1" }));
  expect(await getTicket("secret")).toBe("t1");
  expect(fetched.mock.calls[0]?.[1]).toMatchObject({
    method: "POST",
    headers: { Authorization: "Bearer secret", "X-Deskside": "1" },
  });
});

test("a refusal says what the broker said", async () => {
  answering(
    Response.json(
      { error: "rate_limited", message: "Too many tries." },
      { status: 429, headers: { "Retry-After": "30" } },
    ),
  );
  await expect(signIn("ana", "wrong")).rejects.toMatchObject({
    status: 429,
    code: "rate_limited",
    message: "Too many tries.",
    retryAfter: 30,
  });
});

test("a refusal without JSON is still a refusal", async () => {
  answering(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  await expect(getSite("en")).rejects.toMatchObject({ status: 502, code: "" });
});

test("a broker that is not there is told apart", async () => {
  answering(new TypeError("failed to fetch"));
  await expect(getSite("en")).rejects.toMatchObject({ status: 0, code: "unreachable" });
});

test("a visitor is introduced once", async () => {
  const fetched = answering(Response.json({ party: "p1", token: "secret" }));
  const first = await knownVisitor();
  expect(await knownVisitor()).toEqual(first);
  expect(fetched).toHaveBeenCalledTimes(1);
});

test("a visitor whom the broker forgot is introduced anew", async () => {
  answering(
    Response.json({ party: "p1", token: "old" }),
    Response.json({ error: "not_signed_in" }, { status: 401 }),
    Response.json({ party: "p2", token: "new" }),
  );
  await expect(visitorTicket(await knownVisitor())).rejects.toMatchObject({ status: 401 });
  expect(await knownVisitor()).toEqual({ party: "p2", token: "new" });
});
