/** Recordings, as officers find and open them: what the broker is asked, and what it says. */
import { call, fetchBytes } from "@deskside/browser/api";
import type { Choice } from "@deskside/browser/api";
import { emptySession } from "@deskside/browser/contract";
import type { Ending, Fact, Facts } from "@deskside/browser/contract";
import type { RecordingIndex } from "@deskside/browser/recording_index";
import { evolve } from "@deskside/browser/session";
import type { Entry, View } from "@deskside/browser/transcript";

export interface Recorded {
  readonly id: string;
  readonly session: string;
  readonly state: "open" | "closing" | "closed" | "refused" | "destroyed";
  readonly answer: "allowed" | "withdrawn" | "refused";
  readonly customer: string;
  readonly name: string;
  readonly team: string;
  readonly rep: string;
  readonly issue: string;
  /** Empty while the session goes on. */
  readonly ending: Ending | "";
  readonly began_at: number;
  readonly ended_at: number;
  readonly had_screen: boolean;
  readonly had_control: boolean;
  readonly had_files: boolean;
  readonly held: boolean;
  /** The words that were looked for, in their line, and when it was said. */
  readonly line: string;
  readonly line_at: number;
}

export interface RecordingsWanted {
  readonly q: string;
  readonly customer: string;
  readonly team: string;
  readonly rep: string;
  readonly issue: string;
  readonly ending: string;
  readonly answer: string;
  /** From when on, and until before when (ms); 0: any time. */
  readonly since: number;
  readonly until: number;
  readonly shortest: number;
  readonly longest: number;
  readonly control: boolean;
  readonly files: boolean;
  readonly screen: boolean;
  readonly held: boolean;
}

export const ANY_RECORDING: RecordingsWanted = {
  q: "",
  customer: "",
  team: "",
  rep: "",
  issue: "",
  ending: "",
  answer: "",
  since: 0,
  until: 0,
  shortest: 0,
  longest: 0,
  control: false,
  files: false,
  screen: false,
  held: false,
};

export interface RecordingsPage {
  readonly recordings: readonly Recorded[];
  readonly next: string;
}

/** Who and what recordings can be looked for by. */
export interface RecordingPeople {
  readonly reps: readonly Choice[];
  readonly teams: readonly Choice[];
}

interface SentIndex {
  readonly began: number;
  readonly length: number;
  readonly running: boolean;
  readonly segments: readonly (readonly [number, number, number, number])[];
  readonly pictures: readonly (readonly [number, number, number])[];
}

export interface OpenedRecording {
  readonly recording: Recorded;
  /** What segments are asked for with: each look is written down. */
  readonly look: string;
  readonly index: RecordingIndex;
  readonly why: "" | "refused" | "destroyed";
}

export function searchRecordings(wanted: RecordingsWanted, before = ""): Promise<RecordingsPage> {
  const asked = Object.entries({ ...wanted, before }).filter(([, value]) => value);
  const query = new URLSearchParams(asked.map(([name, value]) => [name, String(value)]));
  return call("GET", `/v1/recordings?${query.toString()}`);
}

export function getRecordingPeople(): Promise<RecordingPeople> {
  return call("GET", "/v1/recording-people");
}

export async function openRecording(id: string): Promise<OpenedRecording> {
  type Sent = Omit<OpenedRecording, "index"> & { readonly index: SentIndex };
  const { index, ...opened } = await call<Sent>("POST", `${pathOf(id)}/open`);
  return { ...opened, index: readIndex(index) };
}

/** Return how far a recording has come that goes on; `known` is what was known of it. */
export async function growIndex(
  id: string,
  known: RecordingIndex,
): Promise<{ readonly recording: Recorded; readonly index: RecordingIndex }> {
  const after = known.segments.at(-1)?.number ?? 0;
  const path = `${pathOf(id)}/index?after=${after}`;
  const sent = await call<{ recording: Recorded; index: SentIndex }>("GET", path);
  const fresh = readIndex(sent.index);
  const index = {
    ...fresh,
    segments: [...known.segments, ...fresh.segments],
    pictures: [...known.pictures, ...fresh.pictures],
  };
  return { recording: sent.recording, index };
}

export function fetchSegments(id: string, look: string) {
  return (first: number, last: number): Promise<Uint8Array> =>
    fetchBytes(`${pathOf(id)}/segments?look=${look}&first=${first}&last=${last}`);
}

/** Return the view of a recorded session with the facts that have come since `known`. */
export async function readRecordedFacts(recorded: Recorded, known?: View): Promise<View> {
  let session = known?.session ?? emptySession(recorded.session);
  const entries: Entry[] = [...(known?.entries ?? [])];
  for (;;) {
    const path = `${pathOf(recorded.id)}/transcript?after=${session.place}`;
    const { facts } = await call<Facts>("GET", path);
    for (const fact of facts) {
      session = evolve(session, fact);
      entries.push({ fact, shown: session.shown });
    }
    if (!facts.length) break;
  }
  return { session, entries, own: [], marks: {}, writing: [], read: session.shown };
}

/** When sharing ended, in ms of the recording: from then on nobody saw anything. */
export function endsOf(facts: readonly Fact[], began: number): readonly number[] {
  const isEnd = ({ type }: Fact) =>
    type === "sharing_stopped" || type === "sharing_paused" || type === "ended";
  return facts.filter(isEnd).map(({ at }) => at - began);
}

function readIndex({ segments, pictures, ...rest }: SentIndex): RecordingIndex {
  return {
    ...rest,
    segments: segments.map(([number, begins, ends, bytes]) => ({
      number,
      begins: begins / 1000,
      ends: ends / 1000,
      bytes,
    })),
    pictures: pictures.map(([segment, record, at]) => ({ segment, record, at: at / 1000 })),
  };
}

function pathOf(id: string): string {
  return `/v1/recordings/${encodeURIComponent(id)}`;
}
