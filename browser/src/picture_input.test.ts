import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { buttonsOf, PictureInput } from "./picture_input.ts";
import type { Said } from "./picture_keys.ts";

let said: Said[];
let left: number;
let granted: boolean;
let corner: { left: number; top: number };
let surface: HTMLElement;
let keyboard: HTMLTextAreaElement;
let input: PictureInput;
let frame: FrameRequestCallback | null;

beforeEach(() => {
  said = [];
  left = 0;
  granted = false;
  corner = { left: 0, top: 0 };
  frame = null;
  vi.stubGlobal("requestAnimationFrame", (next: FrameRequestCallback) => {
    frame = next;
    return 1;
  });
  vi.stubGlobal("cancelAnimationFrame", () => (frame = null));
  surface = document.createElement("div");
  keyboard = document.createElement("textarea");
  document.body.append(surface, keyboard);
  surface.setPointerCapture = () => undefined;
  // The picture stands at 100, 50 and is shown at a quarter of its size.
  surface.getBoundingClientRect = () => new DOMRect(100, 50, 480, 270);
  input = new PictureInput({
    surface,
    keyboard,
    part: () => ({ ...corner, width: 1920, height: 1080 }),
    say: (each) => said.push(each),
    leave: () => left++,
    mayPaste: () => granted,
  });
});

afterEach(() => {
  input.close();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

function point(type: string, clientX: number, clientY: number, buttons = 0): void {
  // jsdom knows no pointer events; what is read of them a mouse event has.
  surface.dispatchEvent(new MouseEvent(type, { clientX, clientY, buttons, cancelable: true }));
}

function press(code: string, key: string, held: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", {
    code,
    key,
    cancelable: true,
    bubbles: true,
    ...held,
  });
  keyboard.dispatchEvent(event);
  return event;
}

function draw(): void {
  const next = frame;
  frame = null;
  next?.(0);
}

const pointers = () => said.flatMap((each) => (each.kind === "pointer" ? [each.body] : []));

it("points into the monitor that is shown, by the whole screen's coordinates", () => {
  corner = { left: 1280, top: 300 };
  point("pointerdown", 220, 110, 1);
  point("pointermove", 9_000, 9_000, 1);
  draw();
  expect(pointers()).toEqual([
    { x: 1280 + 480, y: 300 + 240, buttons: 1 },
    { x: 1280 + 1919, y: 300 + 1079, buttons: 1 },
  ]);
});

it("counts the buttons as messages do", () => {
  expect([1, 2, 4, 8, 16, 31].map(buttonsOf)).toEqual([1, 4, 2, 8, 16, 31]);
});

it("tells where the pointer is on the shared screen, at any scale, and never beside it", () => {
  point("pointerdown", 100 + 120, 50 + 67.5, 1);
  point("pointerup", 100 + 480, 50 + 270, 0);
  point("pointerdown", 0, 0, 2);
  expect(pointers()).toEqual([
    { x: 480, y: 270, buttons: 1 },
    { x: 1919, y: 1079, buttons: 0 },
    { x: 0, y: 0, buttons: 4 },
  ]);
});

it("tells of many moves once a frame, and of the last one", () => {
  for (let x = 100; x < 200; x++) point("pointermove", x, 60);
  expect(said).toEqual([]);
  draw();
  expect(pointers()).toEqual([{ x: 396, y: 40, buttons: 0 }]);
  draw();
  expect(said).toHaveLength(1);
});

it("does not move after a press to where the pointer was before it", () => {
  point("pointermove", 100, 50);
  point("pointerdown", 340, 185, 1);
  draw();
  expect(pointers()).toEqual([{ x: 960, y: 540, buttons: 1 }]);
});

it("turns the wheel by 120ths, in all units, and keeps what is left over", () => {
  const turn = (deltaMode: number, deltaY: number, deltaX = 0) =>
    surface.dispatchEvent(
      new WheelEvent("wheel", { clientX: 100, clientY: 50, deltaMode, deltaY, deltaX }),
    );
  const turned = () => said.flatMap((each) => (each.kind === "wheel" ? [each.body] : []));
  turn(0, 100);
  draw();
  turn(1, -3, 3);
  draw();
  turn(0, 0.5);
  draw();
  turn(0, 0.5);
  draw();
  expect(turned()).toEqual([
    { x: 0, y: 0, right: 0, down: 120 },
    { x: 0, y: 0, right: 120, down: -120 },
    { x: 0, y: 0, right: 0, down: 1 },
  ]);
});

it("keeps keys from the page", () => {
  const onPage = vi.fn();
  document.addEventListener("keydown", onPage);
  expect(press("KeyT", "t").defaultPrevented).toBe(true);
  document.removeEventListener("keydown", onPage);
  expect(onPage).not.toHaveBeenCalled();
  expect(said).toMatchObject([{ kind: "key", body: { down: true, code: "KeyT" } }]);
});

it("gives the keyboard back by keys that go nowhere, and lets go of those before", () => {
  press("ControlLeft", "Control", { ctrlKey: true });
  press("AltLeft", "Alt", { ctrlKey: true, altKey: true });
  press("Home", "Home", { ctrlKey: true, altKey: true });
  expect(left).toBe(1);
  expect(said.at(-1)).toEqual({ kind: "release_all", body: {} });
  expect(said.some((each) => each.kind === "key" && each.body.code === "Home")).toBe(false);
});

it.each([
  ["focus", () => keyboard.dispatchEvent(new FocusEvent("blur"))],
  [
    "sight",
    () => {
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
      Object.defineProperty(document, "hidden", { value: false, configurable: true });
    },
  ],
  ["the right", () => input.close()],
])("lets go of everything when %s is lost, once", (_, lose) => {
  press("KeyW", "w");
  point("pointerdown", 100, 50, 1);
  lose();
  lose();
  expect(said.filter(({ kind }) => kind === "release_all")).toHaveLength(1);
});

it("says nothing where nothing was held", () => {
  keyboard.dispatchEvent(new FocusEvent("blur"));
  expect(said).toEqual([]);
});

it("types what was composed, and what came without a key", () => {
  keyboard.dispatchEvent(new CompositionEvent("compositionend", { data: "né" }));
  keyboard.dispatchEvent(new InputEvent("input", { data: "x", inputType: "insertText" }));
  const typed = said.flatMap(({ kind, body }) => (kind === "key" && body.down ? [body] : []));
  expect(typed.map(({ code, key }) => code + key)).toEqual(["n", "é", "x"]);
});

function paste(text: string): void {
  const event = new Event("paste", { cancelable: true });
  Object.defineProperty(event, "clipboardData", { value: { getData: () => text } });
  keyboard.dispatchEvent(event);
}

it("brings the text before the key that pastes it, where that is granted", () => {
  granted = true;
  press("ControlLeft", "Control", { ctrlKey: true });
  expect(press("KeyV", "v", { ctrlKey: true }).defaultPrevented).toBe(false);
  expect(said).toHaveLength(1);
  paste("from here");
  expect(said.slice(1)).toMatchObject([
    { kind: "clipboard", body: { text: "from here" } },
    { kind: "key", body: { down: true, code: "KeyV" } },
  ]);
});

it("presses the key all the same where there is nothing to paste", () => {
  granted = true;
  press("KeyV", "v", { ctrlKey: true });
  keyboard.dispatchEvent(new KeyboardEvent("keyup", { code: "KeyV", key: "v" }));
  expect(said).toMatchObject([
    { kind: "key", body: { down: true, code: "KeyV" } },
    { kind: "key", body: { down: false, code: "KeyV" } },
  ]);
});

it("passes on no clipboard without the grant", () => {
  press("KeyV", "v", { ctrlKey: true });
  paste("secret");
  expect(said.map(({ kind }) => kind)).toEqual(["key"]);
});
