/**
 * The messages of the picture, as `protocol/picture.py` has them: what a sharer shows, and what a
 * viewer does with it.
 */

export const SHARING = ["", "screen", "monitor", "applications", "window", "tab"] as const;
export const TROUBLES = ["", "locked", "display_lost", "monitor_gone", "capture_failed"] as const;
export const CODINGS = ["raw", "deflate", "png", "webp"] as const;
export const CODECS = ["h264", "vp8", "vp9"] as const;
export const WANTED = ["key_frame", "whole_picture", "monitor"] as const;
export const DRAWN = ["clear", "pointer", "line", "rectangle"] as const;
export const BLANKED = ["stopped", "paused", "revoked", "customer_gone", "lease_over"] as const;

export type Codec = (typeof CODECS)[number];
export type Trouble = (typeof TROUBLES)[number];
export type Blanked = (typeof BLANKED)[number];

/** Pixels of the shared screen, from its top left. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface CursorShape {
  readonly hot_x: number;
  readonly hot_y: number;
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** What each kind of message says besides its header. */
export interface Bodies {
  readonly geometry: {
    readonly width: number;
    readonly height: number;
    readonly sharing: (typeof SHARING)[number];
    readonly names: readonly string[];
    readonly chosen: number;
    readonly trouble: Trouble;
  };
  readonly patch: { readonly coding: (typeof CODINGS)[number]; readonly data: Uint8Array };
  readonly video: { readonly codec: Codec; readonly area: Rectangle; readonly data: Uint8Array };
  readonly move: { readonly sources: readonly (readonly [number, number])[] };
  readonly cursor: {
    readonly x: number;
    readonly y: number;
    readonly shown: boolean;
    readonly shape: CursorShape | null;
  };
  readonly blank: { readonly why: Blanked };
  readonly watched: { readonly viewers: number; readonly recorded: boolean };
  readonly pointer: { readonly x: number; readonly y: number; readonly buttons: number };
  readonly wheel: {
    readonly x: number;
    readonly y: number;
    readonly right: number;
    readonly down: number;
  };
  readonly key: {
    readonly down: boolean;
    readonly code: string;
    readonly key: string;
    readonly modifiers: number;
  };
  readonly release_all: Readonly<Record<string, never>>;
  readonly drawing: {
    readonly what: (typeof DRAWN)[number];
    readonly x: number;
    readonly y: number;
    readonly to_x: number;
    readonly to_y: number;
  };
  readonly clipboard: { readonly text: string };
  readonly ack: { readonly received: number; readonly drawn: number };
  readonly wish: { readonly wanted: (typeof WANTED)[number]; readonly monitor: number };
}

export type Kind = keyof Bodies;

interface Head {
  /** The number of the geometry that coordinates belong to. */
  readonly stream: number;
  /** Counts a sender's messages from 1. */
  readonly sequence: number;
  /** When it was captured, in µs since 1970 by the sender's clock. */
  readonly time: number;
  readonly rectangles: readonly Rectangle[];
  /** Everything after it can be decoded without anything before it. */
  readonly key: boolean;
  /** For recordings and joiners; who shows the screen already need not draw it. */
  readonly checkpoint: boolean;
  /** The rest of the same change follows; draw them together. */
  readonly more: boolean;
}

export type PictureMessage = {
  readonly [K in Kind]: Head & { readonly kind: K; readonly body: Bodies[K] };
}[Kind];

/** A message cannot be read; the text says why. */
export class BadPicture extends Error {}
