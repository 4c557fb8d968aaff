import { afterEach, expect, test, vi } from "vitest";
import { go, hrefOf, routeOf } from "./route.ts";

afterEach(() => history.replaceState(null, "", "#"));

test("an address names a view, and something in it", () => {
  expect(routeOf("#/history")).toEqual({ view: "history", rest: "" });
  expect(routeOf("#/sessions/01a2")).toEqual({ view: "sessions", rest: "01a2" });
  expect(routeOf(hrefOf("history", "a/b c%"))).toEqual({ view: "history", rest: "a/b c%" });
});

test("what is no address of a view names none", () => {
  for (const hash of ["", "#", "#welcome=abc", "#/", "#//x"]) {
    expect(routeOf(hash)).toEqual({ view: "", rest: "" });
  }
  expect(routeOf("#/history/%zz").rest).toBe("%zz");
});

test("turning to where one is leaves no second step to go back over", () => {
  const before = history.length;
  go("sessions", "s1");
  go("sessions", "s1");
  expect(history.length).toBe(before + 1);
  expect(location.hash).toBe("#/sessions/s1");
});

test("a turn without a step is heard all the same", () => {
  const heard = vi.fn();
  addEventListener("hashchange", heard);
  const before = history.length;
  go("settings", "", { replace: true });
  removeEventListener("hashchange", heard);
  expect(heard).toHaveBeenCalledOnce();
  expect(history.length).toBe(before);
});
