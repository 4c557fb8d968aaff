import { emptySession } from "@deskside/browser/contract";
import type { Transcript, View } from "@deskside/browser/transcript";
import { Store } from "@deskside/browser/store";
import { beforeEach, expect, test } from "vitest";
import { MyList } from "./my_list.ts";
import type { WorkplaceState } from "./workplace.ts";

/** Sessions of which each has been waiting for an answer since then (ms). */
let since: Record<string, number>;
let list: MyList;

beforeEach(() => {
  since = { max: 10, erika: 20, jean: 30 };
  const state = { get: () => ({ mine: mine(), dismissed: [] as string[] }) };
  const workplace = {
    state: state as unknown as Store<WorkplaceState>,
    pins: new Store({ ids: [] as readonly string[] }),
    account: { party: "me", name: "Ana", role: "rep" as const, teams: [] },
  };
  list = new MyList(workplace as never);
});

function mine(): Transcript[] {
  return Object.entries(since).map(([id, accepted_at]) => {
    const session = { ...emptySession(id), state: "talking" as const, owner: "me", accepted_at };
    const view: View = { session, entries: [], own: [], marks: {}, writing: [], read: 0 };
    return { id, view: { get: () => view } } as unknown as Transcript;
  });
}

function shown(): string[] {
  return list.places().map(({ id }) => id);
}

test("nothing changes places while a pointer is about to click, or numbers are read", () => {
  expect(shown()).toEqual(["max", "erika", "jean"]);
  list.hold("keys", true);
  since = { max: 40, erika: 20, jean: 30, new: 1 };
  expect(shown()).toEqual(["max", "erika", "jean", "new"]);
  list.hold("pointer", true);
  list.hold("keys", false);
  expect(shown()).toEqual(["max", "erika", "jean", "new"]);
  list.hold("pointer", false);
  expect(shown()).toEqual(["new", "erika", "jean", "max"]);
});

test("who watches the holds is told of each once", () => {
  let told = 0;
  list.holds.subscribe(() => told++);
  list.hold("pointer", false);
  list.hold("keys", true);
  list.hold("keys", true);
  expect(told).toBe(1);
});
