/**
 * Whether what a rep's end sends on a direct path fits what it sent before, and is no more than a picture
 * needs: of `protocol/picture_rules.py` what concerns an end that shows and lets nobody steer.
 */
import { BadPicture } from "@deskside/browser/picture";
import type { Kind, PictureMessage } from "@deskside/browser/picture";

const MOST_MESSAGES_A_SECOND = 240;
const MOST_BYTES_A_SECOND = 50_000_000 / 8;
const SECOND_MS = 1_000;

const VIEWERS: ReadonlySet<Kind> = new Set<Kind>([
  "pointer",
  "wheel",
  "key",
  "release_all",
  "clipboard",
  "drawing",
  "ack",
  "wish",
]);

/** Judges what comes on one channel; throws `BadPicture`. */
export class ViewerRules {
  #sequence = 0;
  #came: { readonly at: number; readonly size: number }[] = [];
  #bytes = 0;

  /** Judge a message of `size` bytes that came at `now` (ms). */
  judge(message: PictureMessage, size: number, now: number): void {
    this.count(size, now);
    if (!VIEWERS.has(message.kind) || message.rectangles.length) {
      throw new BadPicture("no viewer sends this");
    }
    if (message.sequence !== this.#sequence + 1) {
      throw new BadPicture(`message ${message.sequence} after ${this.#sequence}`);
    }
    this.#sequence = message.sequence;
  }

  /** Take note of something of `size` bytes at `now` (ms). */
  count(size: number, now: number): void {
    while (this.#came[0] && this.#came[0].at <= now - SECOND_MS) {
      this.#bytes -= this.#came.shift()?.size ?? 0;
    }
    this.#came.push({ at: now, size });
    this.#bytes += size;
    if (this.#came.length > MOST_MESSAGES_A_SECOND) {
      throw new BadPicture("too many messages within a second");
    }
    if (this.#bytes > MOST_BYTES_A_SECOND) throw new BadPicture("too many bytes within a second");
  }
}
