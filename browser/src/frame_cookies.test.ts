import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { dropCookie, keepCookie, keptCookie } from "./frame_cookies.ts";

/** As a browser keeps them: `document.cookie` is set one at a time, and read without attributes. */
class Jar {
  readonly set: string[] = [];
  readonly #kept = new Map<string, string>();
  refuses = false;

  get cookie(): string {
    return Array.from(this.#kept, ([name, value]) => `${name}=${value}`).join("; ");
  }

  set cookie(line: string) {
    this.set.push(line);
    const [pair = "", ...attributes] = line.split("; ");
    const at = pair.indexOf("=");
    if (attributes.includes("Max-Age=0")) this.#kept.delete(pair.slice(0, at));
    else if (!this.refuses) this.#kept.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

let jar: Jar;

beforeEach(() => {
  jar = new Jar();
  vi.spyOn(document, "cookie", "get").mockImplementation(() => jar.cookie);
  vi.spyOn(document, "cookie", "set").mockImplementation((line) => {
    jar.cookie = line;
  });
  vi.spyOn(window, "parent", "get").mockReturnValue({} as Window & typeof globalThis);
});

afterEach(() => {
  vi.restoreAllMocks();
});

test("what is kept is there, whatever characters it has", () => {
  const value = '{"token":"a=b; c","name":"Jürgen 😀"}';
  expect(keepCookie("visitor", value)).toBe(true);
  expect(keptCookie("visitor")).toBe(value);
  expect(keptCookie("draft")).toBe("");
});

test("keys do not run into each other", () => {
  keepCookie("draft.a", "1");
  keepCookie("draft.a=b; x", "2");
  keepCookie("draft", "3");
  expect(["draft.a", "draft.a=b; x", "draft"].map(keptCookie)).toEqual(["1", "2", "3"]);
  dropCookie("draft.a");
  expect(["draft.a", "draft.a=b; x", "draft"].map(keptCookie)).toEqual(["", "2", "3"]);
});

test("every cookie belongs to the frame on this one site, and goes to the frame's path alone", () => {
  keepCookie("visitor", "x");
  dropCookie("visitor");
  for (const line of jar.set) {
    const [pair = "", ...attributes] = line.split("; ");
    expect(pair).toMatch(/^__Secure-deskside\.visitor=/);
    for (const needed of ["Path=/widget", "Secure", "SameSite=None", "Partitioned"]) {
      expect(attributes).toContain(needed);
    }
    expect(attributes.some((each) => each.startsWith("Domain"))).toBe(false);
  }
});

test("a page that is in no frame leaves no cookie and reads none", () => {
  keepCookie("visitor", "x");
  const before = jar.set.length;
  vi.spyOn(window, "parent", "get").mockReturnValue(window);
  expect(keepCookie("visitor", "y")).toBe(false);
  expect(keptCookie("visitor")).toBe("");
  dropCookie("visitor");
  expect(jar.set).toHaveLength(before);
});

test("a browser that keeps nothing is noticed", () => {
  jar.refuses = true;
  expect(keepCookie("visitor", "x")).toBe(false);
});

test("too much is not kept, so that the frame's own request stays small", () => {
  expect(keepCookie("visitor", "x")).toBe(true);
  expect(keepCookie("draft", "y".repeat(5_000))).toBe(false);
  expect(keptCookie("draft")).toBe("");
  expect(keptCookie("visitor")).toBe("x");
});

test("what is kept again takes the place of what was, also where both would be too much", () => {
  expect(keepCookie("draft", "a".repeat(3_000))).toBe(true);
  expect(keepCookie("draft", "b".repeat(3_000))).toBe(true);
  expect(keptCookie("draft")).toBe("b".repeat(3_000));
});
