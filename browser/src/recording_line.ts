/**
 * A recording as the line that fills a picture: records go in, in their order, and come out as the
 * messages a relay would have sent. Nothing goes back: what is over cannot be steered.
 */
import { BadPicture } from "./picture.ts";
import type { Blanked, PictureMessage } from "./picture.ts";
import { decode } from "./picture_bytes.ts";
import type { PictureEar, PictureLine } from "./picture_viewer.ts";
import { RECORD_KINDS } from "./recording_bytes.ts";
import type { OpenedRecord } from "./recording_bytes.ts";
import { Store } from "./store.ts";

const GEOMETRY = 1;
const MORE = 4;

export class RecordingLine implements PictureLine {
  readonly state = new Store({ open: false, why: "" });
  readonly #ear: PictureEar;
  #screen: Uint8Array = new Uint8Array();

  constructor(ear: PictureEar) {
    this.#ear = ear;
  }

  start(): void {
    this.state.patch({ open: true });
    this.#ear.opened();
  }

  stop(): void {
    this.state.patch({ open: false });
  }

  renew(): void {
    this.begin();
  }

  send(): number {
    return 0;
  }

  /** Forget what was shown: what comes next is a whole picture, or nothing. */
  begin(): void {
    this.#screen = new Uint8Array();
    this.#ear.opened();
  }

  show(record: OpenedRecord): void {
    if (record.kind === RECORD_KINDS.paused) this.blank("paused");
    if (record.kind !== RECORD_KINDS.picture) return;
    const { payload } = record;
    if (payload[1] === GEOMETRY) {
      // Written again for those who begin here; who saw it all has it already.
      if (isSame(payload, this.#screen)) return;
      this.#screen = payload;
    }
    try {
      this.#ear.take(decode(payload), payload.length);
    } catch (fault) {
      if (!(fault instanceof BadPicture)) throw fault;
      this.state.patch({ open: false, why: fault.message });
    }
  }

  blank(why: Blanked): void {
    this.#screen = new Uint8Array();
    const message: PictureMessage = {
      stream: 0,
      sequence: 0,
      time: 0,
      rectangles: [],
      key: false,
      checkpoint: false,
      more: false,
      kind: "blank",
      body: { why },
    };
    this.#ear.take(message, 0);
  }
}

/** Say whether a record changes pixels, and is the last of its change. */
export function paints({ kind, payload }: OpenedRecord): boolean {
  if (kind !== RECORD_KINDS.picture || payload.length < 20) return false;
  const [what, flags] = [payload[1] ?? 0, payload[16] ?? 0];
  return what >= 1 && what <= 4 && !(flags & MORE);
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
