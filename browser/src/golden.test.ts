/// <reference types="vite/client" />
import { describe, expect, it } from "vitest";
import type { Fact, Session } from "./contract.ts";
import { emptySession } from "./contract.ts";
import { evolve, replay } from "./session.ts";

interface Transcript {
  readonly about: string;
  readonly facts: readonly Fact[];
  /** Which fields of the session each fact gives which value. */
  readonly steps: readonly Partial<Session>[];
  readonly readers: Readonly<
    Record<string, { readonly places: readonly number[]; readonly session: Session }>
  >;
}

// Raw, because a module made of JSON would take the id "__proto__" for a prototype.
const files = import.meta.glob<string>("../../tests/golden/*.json", {
  eager: true,
  import: "default",
  query: "?raw",
});
const transcripts = Object.entries(files).map(
  ([path, json]) => [path.split("/").at(-1), JSON.parse(json) as Transcript] as const,
);

/** What a reader is sent: the facts of these places, counted from 1. */
function seen({ facts }: Transcript, places: readonly number[]): Fact[] {
  const visible = facts.filter((fact) => places.includes(fact.place));
  return visible.map((fact, index) => ({ ...fact, place: index + 1 }));
}

it("finds the transcripts", () => {
  expect(transcripts.length).toBeGreaterThanOrEqual(14);
});

describe.each(transcripts)("%s", (_, transcript) => {
  const readers = Object.entries(transcript.readers);

  it.each(readers)("amounts for %s to the same session as in Python", (_reader, expected) => {
    const facts = seen(transcript, expected.places);
    expect(replay(facts, expected.session.id)).toEqual(expected.session);
  });

  it("changes with every fact as in Python", () => {
    let session = emptySession(transcript.readers.broker?.session.id);
    for (const [index, fact] of transcript.facts.entries()) {
      const expected = { ...session, ...transcript.steps[index] };
      session = evolve(session, fact);
      expect(session, fact.type).toEqual(expected);
    }
  });
});
