import { ApiError } from "@deskside/browser/api";
import { RecordingPlayer } from "@deskside/browser/recording_player";
import type { RecordingIndex } from "@deskside/browser/recording_index";
import { RecordingSource } from "@deskside/browser/recording_source";
import type { View } from "@deskside/browser/transcript";
import { useEffect, useState } from "react";
import {
  endsOf,
  fetchSegments,
  growIndex,
  openRecording,
  readRecordedFacts,
} from "./recordings.ts";
import type { OpenedRecording, Recorded } from "./recordings.ts";

/** A recording that goes on is looked after so often. */
const GROWS_MS = 2_000;

export interface Reel {
  readonly recorded: Recorded;
  readonly look: string;
  readonly why: OpenedRecording["why"];
  readonly index: RecordingIndex;
  readonly view: View;
  readonly player: RecordingPlayer;
}

export interface ReelState {
  readonly reel: Reel | null;
  /** Why it cannot be opened: a word of the broker's. */
  readonly fault: string;
}

/** Open the recording with the id, and keep up with it while it goes on. */
export function useRecording(
  id: string,
  start: number,
): ReelState & { readonly again: () => void } {
  const [state, setState] = useState<ReelState>({ reel: null, fault: "" });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const opening = new Opening(id, start, setState);
    return () => opening.close();
    // Where to begin counts when it is opened; later the player is told.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id, attempt]);
  const again = () => {
    setState({ reel: null, fault: "" });
    setAttempt(attempt + 1);
  };
  return { ...state, again };
}

class Opening {
  readonly #id: string;
  readonly #tell: (state: ReelState) => void;
  #reel: Reel | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(id: string, start: number, tell: (state: ReelState) => void) {
    this.#id = id;
    this.#tell = tell;
    // A timer, so that opening is not part of drawing, and nothing is opened twice for one look.
    this.#timer = setTimeout(() => void this.#open(start), 0);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#reel?.player.close();
  }

  async #open(start: number): Promise<void> {
    try {
      const { recording, look, index, why } = await openRecording(this.#id);
      const view = await readRecordedFacts(recording);
      if (this.#isClosed) return;
      const [moments, ends] = timesOf(view, index);
      const source = new RecordingSource(fetchSegments(this.#id, look));
      const player = new RecordingPlayer({ index, source, moments, ends });
      this.#reel = { recorded: recording, look, why, index, view, player };
      this.#tell({ reel: this.#reel, fault: "" });
      void player.seek(start * 1000);
      this.#later();
    } catch (fault) {
      const code = fault instanceof ApiError ? fault.code : "fault";
      if (!this.#isClosed) this.#tell({ reel: null, fault: code });
    }
  }

  #later(): void {
    if (this.#reel?.index.running) this.#timer = setTimeout(() => void this.#grow(), GROWS_MS);
  }

  async #grow(): Promise<void> {
    const before = this.#reel;
    if (!before) return;
    try {
      const { recording, index } = await growIndex(this.#id, before.index);
      const view = await readRecordedFacts(recording, before.view);
      if (this.#isClosed) return;
      const [moments, ends] = timesOf(view, index);
      before.player.extend(index, moments, ends);
      this.#reel = { ...before, recorded: recording, index, view };
      this.#tell({ reel: this.#reel, fault: "" });
    } catch {
      // Tried again in a moment; what is here can be watched meanwhile.
    }
    if (!this.#isClosed) this.#later();
  }
}

function timesOf(view: View, { began }: RecordingIndex): [readonly number[], readonly number[]] {
  const facts = view.entries.map(({ fact }) => fact);
  return [facts.map(({ at }) => at - began), endsOf(facts, began)];
}
