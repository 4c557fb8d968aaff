import { describe, expect, it } from "vitest";
import { KeyTranslator, pastes } from "./picture_keys.ts";
import type { Said } from "./picture_keys.ts";

interface Pressed {
  readonly code: string;
  readonly key: string;
  readonly held?: readonly string[];
  readonly repeat?: boolean;
  readonly isComposing?: boolean;
  readonly at?: number;
}

function event({ code, key, held = [], repeat = false, isComposing = false, at = 0 }: Pressed) {
  const made = new KeyboardEvent("keydown", { code, key, repeat, isComposing });
  Object.defineProperty(made, "timeStamp", { value: at });
  Object.defineProperty(made, "getModifierState", { value: (name: string) => held.includes(name) });
  return made;
}

/** Messages in short: `+KeyA a 0` is `a` going down without a modifier. */
function short(said: readonly Said[] | null): string[] {
  return (said ?? []).map((each) => {
    if (each.kind !== "key") return each.kind;
    const { down, code, key, modifiers } = each.body;
    return `${down ? "+" : "-"}${code} ${key} ${modifiers}`;
  });
}

describe("a key", () => {
  it("goes by its place and comes up as what it went down as", () => {
    const keys = new KeyTranslator();
    const shift = { code: "ShiftLeft", key: "Shift", held: ["Shift"] };
    expect(short(keys.down(event(shift)))).toEqual(["+ShiftLeft Shift 1"]);
    expect(short(keys.down(event({ code: "KeyA", key: "A", held: ["Shift"] })))).toEqual([
      "+KeyA A 1",
    ]);
    expect(short(keys.up(event({ code: "ShiftLeft", key: "Shift" })))).toEqual([
      "-ShiftLeft Shift 0",
    ]);
    expect(short(keys.up(event({ code: "KeyA", key: "a" })))).toEqual(["-KeyA A 0"]);
  });

  it("that is held is said once", () => {
    const keys = new KeyTranslator();
    keys.down(event({ code: "KeyA", key: "a" }));
    expect(keys.down(event({ code: "KeyA", key: "a", repeat: true }))).toEqual([]);
  });

  it("that never went down here does not come up", () => {
    expect(new KeyTranslator().up(event({ code: "Tab", key: "Tab" }))).toEqual([]);
  });

  it("without a place goes by its text", () => {
    expect(short(new KeyTranslator().down(event({ code: "", key: "ß" })))).toEqual([
      "+ ß 0",
      "- ß 0",
    ]);
  });
});

describe("what composes", () => {
  it("is left to the browser", () => {
    const keys = new KeyTranslator();
    expect(keys.down(event({ code: "KeyK", key: "Process" }))).toBeNull();
    expect(keys.down(event({ code: "KeyK", key: "k", isComposing: true }))).toBeNull();
  });

  it("goes as text once it is there, with line breaks and signs beyond the first plane", () => {
    expect(short(new KeyTranslator().text("日😀\n"))).toEqual([
      "+ 日 0",
      "- 日 0",
      "+ 😀 0",
      "- 😀 0",
      "+ Enter 0",
      "- Enter 0",
    ]);
  });

  it("makes one letter of a dead key and the next, whatever modifier comes between", () => {
    const keys = new KeyTranslator();
    expect(keys.down(event({ code: "Equal", key: "Dead" }))).toBeNull();
    keys.down(event({ code: "ShiftLeft", key: "Shift", held: ["Shift"] }));
    expect(short(keys.down(event({ code: "KeyE", key: "É", held: ["Shift"] })))).toEqual([
      "+ É 1",
      "- É 1",
    ]);
    expect(keys.up(event({ code: "KeyE", key: "É" }))).toEqual([]);
    expect(short(keys.down(event({ code: "KeyE", key: "e" })))).toEqual(["+KeyE e 0"]);
  });
});

describe("AltGr", () => {
  it("is not Control and Alt, as Windows tells it", () => {
    const keys = new KeyTranslator();
    keys.down(event({ code: "ControlLeft", key: "Control", held: ["Control"], at: 100 }));
    const altGraph = { code: "AltRight", key: "AltGraph", held: ["AltGraph"], at: 101 };
    expect(short(keys.down(event(altGraph)))).toEqual([
      "-ControlLeft Control 16",
      "+AltRight AltGraph 16",
    ]);
    expect(short(keys.down(event({ code: "KeyQ", key: "@", held: ["AltGraph"] })))).toEqual([
      "+KeyQ @ 16",
    ]);
    expect(keys.up(event({ code: "ControlLeft", key: "Control" }))).toEqual([]);
  });

  it("leaves alone a Control that was held before", () => {
    const keys = new KeyTranslator();
    keys.down(event({ code: "ControlLeft", key: "Control", held: ["Control"], at: 100 }));
    const altGraph = { code: "AltRight", key: "AltGraph", held: ["Control", "AltGraph"], at: 900 };
    expect(short(keys.down(event(altGraph)))).toEqual(["+AltRight AltGraph 18"]);
  });
});

it("lifts what a Mac never tells of when Command comes up", () => {
  const keys = new KeyTranslator();
  keys.down(event({ code: "MetaLeft", key: "Meta", held: ["Meta"] }));
  keys.down(event({ code: "KeyC", key: "c", held: ["Meta"] }));
  expect(short(keys.up(event({ code: "MetaLeft", key: "Meta" })))).toEqual([
    "-KeyC c 0",
    "-MetaLeft Meta 0",
  ]);
});

it("says whether anything was held when all is let go", () => {
  const keys = new KeyTranslator();
  expect(keys.forget()).toBe(false);
  keys.down(event({ code: "KeyA", key: "a" }));
  expect(keys.forget()).toBe(true);
  expect(keys.up(event({ code: "KeyA", key: "a" }))).toEqual([]);
});

it("strikes a chord in the opposite order", () => {
  expect(short(new KeyTranslator().chord(["ControlLeft", "AltLeft", "Delete"]))).toEqual([
    "+ControlLeft Control 0",
    "+AltLeft Alt 0",
    "+Delete Delete 0",
    "-Delete Delete 0",
    "-AltLeft Alt 0",
    "-ControlLeft Control 0",
  ]);
});

it("knows the keys that paste", () => {
  const pressed = (code: string, held: object) => new KeyboardEvent("keydown", { code, ...held });
  expect(pastes(pressed("KeyV", { ctrlKey: true }))).toBe(true);
  expect(pastes(pressed("KeyV", { metaKey: true }))).toBe(true);
  expect(pastes(pressed("Insert", { shiftKey: true }))).toBe(true);
  expect(pastes(pressed("KeyV", {}))).toBe(false);
  expect(pastes(pressed("KeyV", { ctrlKey: true, altKey: true }))).toBe(false);
});
