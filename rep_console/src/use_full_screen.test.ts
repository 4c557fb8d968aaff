import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, test, vi } from "vitest";
import { useFullScreen } from "./use_full_screen.ts";

afterEach(() => vi.unstubAllGlobals());

test("who toggles before the page has heard of full screen leaves it", () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const asked: string[] = [];
  const theatre = document.createElement("div");
  let toggle = (): void => undefined;
  function Theatre(): null {
    ({ toggle } = useFullScreen({ current: theatre }, false));
    return null;
  }
  // No event tells of it: that comes later.
  const shown = { configurable: true, get: () => (asked.at(-1) === "enter" ? theatre : null) };
  Object.defineProperty(document, "fullscreenElement", shown);
  theatre.requestFullscreen = () => Promise.resolve(void asked.push("enter"));
  document.exitFullscreen = () => Promise.resolve(void asked.push("leave"));
  const root = createRoot(document.createElement("div"));
  act(() => root.render(createElement(Theatre)));
  toggle();
  toggle();
  toggle();
  act(() => root.unmount());
  expect(asked).toEqual(["enter", "leave", "enter"]);
});
