import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "./api.ts";
import { fetchWhole } from "./fetching.ts";
import { shownPreview } from "./previews.ts";

type Answer = Response | Error;

/** A broker that answers so, one call after the other; what it was asked for is kept. */
function answering(...answers: Answer[]) {
  const asked: { address: string; range: string | null }[] = [];
  vi.stubGlobal("fetch", (address: string, { headers }: RequestInit = {}) => {
    asked.push({ address, range: new Headers(headers).get("Range") });
    const answer = answers.shift();
    if (!answer) throw new Error("asked too often");
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  return asked;
}

/** An answer whose line is cut after `text`. */
function cutAfter(text: string): Response {
  const body = new ReadableStream({
    start: (to) => to.enqueue(new TextEncoder().encode(text)),
    pull: (to) => to.error(new TypeError("network error")),
  });
  return new Response(body);
}

function refused(status: number, retryAfter = ""): Response {
  return new Response(null, { status, headers: retryAfter ? { "Retry-After": retryAfter } : {} });
}

let links = 0;

/** A fresh address each time. */
function address(): Promise<string> {
  links += 1;
  return Promise.resolve(`/content?${links}`);
}

const { signal } = new AbortController();

function whole(size: number, given = signal): Promise<Blob> {
  return fetchWhole({ address, size, signal: given, told: () => undefined });
}

/** Let all of the waiting pass that there is. */
async function soon<Value>(value: Promise<Value>): Promise<Value> {
  const settled = value.catch(() => undefined);
  await vi.runAllTimersAsync();
  await settled;
  return value;
}

beforeEach(() => {
  links = 0;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a file goes on where its line was cut, by a fresh link", async () => {
  const asked = answering(cutAfter("abc"), new Response("def", { status: 206 }));
  expect(await (await soon(whole(6))).text()).toBe("abcdef");
  expect(asked).toEqual([
    { address: "/content?1", range: null },
    { address: "/content?2", range: "bytes=3-" },
  ]);
});

test.each([408, 429, 500, 502, 503, 504])("%i is no last word", async (status) => {
  answering(refused(status), refused(status), new Response("abc"));
  expect(await (await soon(whole(3))).text()).toBe("abc");
});

test.each([401, 403, 404, 410, 416])("%i is one", async (status) => {
  const asked = answering(refused(status));
  await expect(soon(whole(3))).rejects.toMatchObject({ status });
  expect(asked).toHaveLength(1);
});

test("a broker that never can is not asked for ever", async () => {
  answering(...Array.from({ length: 9 }, () => refused(503)));
  await expect(soon(whole(3))).rejects.toMatchObject({ status: 503 });
});

test("a line that is gone is waited for, however long", async () => {
  const gone = Array.from({ length: 30 }, () => new TypeError("failed to fetch"));
  answering(...gone, new Response("abc"));
  expect(await (await soon(whole(3))).text()).toBe("abc");
});

test("who asks for patience gets it", async () => {
  answering(refused(429, "20"), new Response("abc"));
  const found = vi.fn<(blob: Blob) => void>();
  void whole(3).then(found);
  await vi.advanceTimersByTimeAsync(19_000);
  expect(found).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(found).toHaveBeenCalled();
});

test("who is no longer wanted asks no more", async () => {
  const given = new AbortController();
  const asked = answering(refused(503, "20"));
  const fetching = whole(3, given.signal);
  const failed = expect(fetching).rejects.toThrow("aborted");
  await vi.advanceTimersByTimeAsync(1_000);
  given.abort();
  await vi.runAllTimersAsync();
  await failed;
  expect(asked).toHaveLength(1);
});

test("a small picture is tried again until it is there, by a fresh link each time", async () => {
  const asked = answering(refused(429), new TypeError("failed to fetch"), new Response("webp"));
  expect(await soon(shownPreview(address, signal))).toBe("/content?3");
  expect(asked).toHaveLength(3);
});

test("a link that cannot be had just then is tried again", async () => {
  answering(new Response("webp"));
  const link = vi.fn(address).mockRejectedValueOnce(new ApiError(0, "unreachable", ""));
  expect(await soon(shownPreview(link, signal))).toBe("/content?1");
});

test("where there is no small picture, none is shown", async () => {
  answering(refused(404));
  expect(await soon(shownPreview(address, signal))).toBe("");
  answering();
  expect(await soon(shownPreview(() => Promise.resolve(""), signal))).toBe("");
});
