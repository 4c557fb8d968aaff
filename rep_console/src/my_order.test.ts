import type { Fact } from "@deskside/browser/contract";
import { emptySession } from "@deskside/browser/contract";
import type { OwnLine, View } from "@deskside/browser/transcript";
import { expect, test } from "vitest";
import { initials } from "./avatar.tsx";
import { awaitedSince, inOrder, nextUnanswered, placeOf, steady } from "./my_order.ts";
import type { Place } from "./my_order.ts";
import { Tones } from "./tones.ts";

function said(by: string, at: number): Partial<Fact> {
  return { type: "said", by, at, text: "…" };
}

function viewOf(facts: Partial<Fact>[], own: Partial<OwnLine>[] = []): View {
  const session = {
    ...emptySession("s1"),
    state: "talking" as const,
    customer: "max",
    owner: "me",
    accepted_at: 10,
  };
  const entries = facts.map((fact) => ({ fact: fact as Fact, shown: 0 }));
  return { session, entries, own: own as OwnLine[], marks: {}, writing: [], read: 0 };
}

const accepted = { type: "accepted", by: "me", at: 10 } as Partial<Fact>;

test("a customer waits from the first line that nobody has answered", () => {
  const view = viewOf([
    accepted,
    said("max", 20),
    said("me", 30),
    said("max", 40),
    said("max", 50),
  ]);
  expect(awaitedSince(view)).toBe(40);
});

test("who was accepted and has heard nothing yet waits since then", () => {
  expect(awaitedSince(viewOf([said("max", 5), accepted]))).toBe(10);
  expect(awaitedSince(viewOf([accepted, said("max", 20)]))).toBe(20);
});

test("a pushed link is an answer, a note is none", () => {
  const pushed = { type: "link_pushed", by: "me", at: 30 } as Partial<Fact>;
  const noted = { type: "noted", by: "me", at: 30 } as Partial<Fact>;
  expect(awaitedSince(viewOf([accepted, said("max", 20), pushed]))).toBe(0);
  expect(awaitedSince(viewOf([accepted, said("max", 20), noted]))).toBe(20);
});

test("what is on its way answers, what was refused does not", () => {
  const facts = [accepted, said("max", 20)];
  expect(awaitedSince(viewOf(facts, [{ note: false, state: "sending" }]))).toBe(0);
  expect(awaitedSince(viewOf(facts, [{ note: false, state: "refused" }]))).toBe(20);
  expect(awaitedSince(viewOf(facts, [{ note: true, state: "sending" }]))).toBe(20);
});

test("a colleague who joined owes no answer, an ended session none either", () => {
  const view = viewOf([accepted, said("max", 20)]);
  expect(placeOf("s1", view, "ben", false).rank).toBe(2);
  const ended = { ...view, session: { ...view.session, state: "ended" as const } };
  expect(placeOf("s1", ended, "me", false).rank).toBe(3);
});

function place(id: string, rank: number, since: number, pinned = false): Place {
  return { id, rank, since, pinned };
}

test("the pinned come first, then offers, then who waits longest, the ended last", () => {
  const places = [
    place("ended", 3, 1),
    place("answered", 2, 2),
    place("waits", 1, 30),
    place("waits longer", 1, 20),
    place("offer", 0, 90),
    place("pinned", 2, 5, true),
  ];
  const order = inOrder(places).map(({ id }) => id);
  expect(order).toEqual(["pinned", "offer", "waits longer", "waits", "answered", "ended"]);
});

test("under a pointer nothing changes its place", () => {
  expect(steady(["a", "b", "c"], ["c", "new", "a"])).toEqual(["a", "c", "new"]);
});

test("the next unanswered is who waits longest, and never the open one while others wait", () => {
  const places = [place("open", 1, 10), place("b", 1, 20), place("c", 1, 15), place("d", 2, 1)];
  expect(nextUnanswered(places, "open")).toBe("c");
  expect(nextUnanswered(places.slice(0, 1), "open")).toBe("open");
  expect(nextUnanswered(places.slice(3), "open")).toBe("");
});

test("eight sessions side by side have colours of their own, and keep them", () => {
  const tones = new Tones();
  const ids = Array.from({ length: 8 }, (_, number) => `session ${number}`);
  const hues = ids.map((id) => tones.hueOf(id));
  expect(new Set(hues).size).toBe(8);
  expect(hues).toContain(tones.hueOf("a ninth, which shares one"));
  tones.letGo("session 3");
  expect(ids.filter((id) => id !== "session 3").map((id) => tones.hueOf(id))).toEqual(
    hues.filter((_, number) => number !== 3),
  );
});

test("initials are letters of the name, whatever script it is in", () => {
  expect(initials("Max Muster")).toBe("MM");
  expect(initials("Anna-Katharina von Hohenstein")).toBe("AH");
  expect(initials("山田太郎")).toBe("山");
  expect(initials("<script>")).toBe("?");
  expect(initials("")).toBe("?");
});
