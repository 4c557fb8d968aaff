/**
 * The customer's screen, as this page shares it. What captures and encodes is loaded only once
 * somebody shares.
 *
 * Stopping works here first and at once, with or without a network; then the broker is told.
 */
import { getPictureLease } from "@deskside/browser/api";
import type { RefusalCode, Session, Shared } from "@deskside/browser/contract";
import { drop, keep, kept } from "@deskside/browser/storage";
import { Store } from "@deskside/browser/store";
import type { ScreenSharer, SharedKind } from "./screen_sharer.ts";
import type { SharerPathState } from "./sharer_path.ts";
import type { Visit } from "./visit.ts";

const KEY = "sharing";

export type Problem =
  "" | "unsupported" | "refused" | "refused_in_frame" | "failed" | "reloaded" | RefusalCode;

export interface SharingState {
  /** Whether this window is what shares. */
  readonly here: boolean;
  readonly starting: boolean;
  readonly viewers: number;
  /** Whether the picture gets away; while the line is gone it does not. */
  readonly open: boolean;
  readonly problem: Problem;
  /** The direct path on which the picture goes, if it does. */
  readonly direct: SharedDirectly | null;
}

/** To whom the picture goes without a relay, and what shows whether anybody is in between. */
export interface SharedDirectly extends SharerPathState {
  readonly rep: string;
}

/** Say whether this browser can show a screen: phones, as a rule, cannot. */
export function canShare(): boolean {
  const { mediaDevices } = navigator as Partial<Navigator>;
  return typeof mediaDevices?.getDisplayMedia === "function" && typeof VideoFrame === "function";
}

/** Chromium's; others say nothing of what a page may do. */
interface Policy {
  allowsFeature(feature: string): boolean;
}

/** Say whether this page may ask what to show: in another site's frame only where that site lets it. */
export function mayPick(isFramed: boolean): boolean {
  const { featurePolicy } = document as Document & { readonly featurePolicy?: Policy };
  return !isFramed || (featurePolicy?.allowsFeature("display-capture") ?? true);
}

export class Sharing {
  readonly state = new Store<SharingState>({
    here: false,
    starting: false,
    viewers: 0,
    open: false,
    problem: "",
    direct: null,
  });
  readonly #visit: Visit;
  #sharer: ScreenSharer | null = null;
  #track: MediaStreamTrack | null = null;

  constructor(visit: Visit) {
    this.#visit = visit;
    // A frame goes with the page around it, and may be kept from remembering that it shared.
    addEventListener("pagehide", () => visit.frame && this.state.get().here && this.stop());
  }

  /** Follow what the session says: shared elsewhere, no more, or left over from before a reload. */
  follow(session: Session): void {
    const { here, starting } = this.state.get();
    // What it amounts to is not known before its facts have come.
    if (session.state === "new") return;
    if (here && !starting && !session.sharing) this.#end();
    this.#sharer?.follow();
    const wasHere = kept(KEY, "tab") === session.id;
    if (!here && !starting && wasHere) {
      drop(KEY, "tab");
      if (!session.sharing) return;
      // A page that was loaded anew has nothing to show any more; only the browser's picker gives it.
      this.state.patch({ problem: "reloaded" });
      void this.#visit.ask({ type: "stop_sharing" });
    }
  }

  /** Let the customer pick what to show, and show it; call it right from a click. */
  async share(): Promise<void> {
    if (this.state.get().starting) return;
    if (!canShare()) {
      this.state.patch({ problem: "unsupported" });
      return;
    }
    this.state.patch({ starting: true, problem: "" });
    // Both at once: the picker opens only while the click is fresh.
    const loading = import("./screen_sharer.ts");
    loading.catch(() => undefined);
    try {
      const track = await pick(this.#visit.frame !== null);
      const kind = kindOf(track);
      const problem = await this.#announce(kind);
      if (problem) {
        track.stop();
        this.state.patch({ problem });
        return;
      }
      this.#show(await loading, track, kind);
    } catch (fault) {
      const isRefused = fault instanceof DOMException && fault.name === "NotAllowedError";
      const refused = this.#visit.frame ? "refused_in_frame" : "refused";
      this.state.patch({ problem: isRefused ? refused : "failed" });
    } finally {
      this.state.patch({ starting: false });
    }
  }

  /** Stop showing anything, now; then tell the broker. */
  stop(): void {
    this.#end();
    void this.#visit.ask({ type: "stop_sharing" });
  }

  /** The customer has compared the code, and it is the same. */
  verify(): void {
    this.#sharer?.verify();
  }

  forgetProblem(): void {
    this.state.patch({ problem: "" });
  }

  async #announce(what: Shared): Promise<Problem> {
    const type = this.state.get().here ? "change_sharing" : "share_screen";
    const answer = await this.#visit.ask({ type, what });
    return answer.type === "refused" ? answer.code : "";
  }

  #show(
    code: typeof import("./screen_sharer.ts"),
    track: MediaStreamTrack,
    kind: SharedKind,
  ): void {
    const visit = this.#visit;
    const { transcript } = visit.state.get();
    if (!transcript) throw new Error("a screen without a session");
    const before = this.#track;
    this.#track = track;
    before?.stop();
    // The browser's own button to stop.
    track.onended = () => this.#track === track && this.stop();
    this.#sharer ??= new code.ScreenSharer({
      lease: () => getPictureLease(transcript.id, visit.token),
      told: (viewers, open) => this.state.patch({ viewers, open }),
      link: visit.link,
      session: () => transcript.view.get().session,
      wentBy: (path) =>
        this.state.patch({ direct: path && { rep: path.rep, ...path.state.get() } }),
    });
    this.#sharer.show(track, kind);
    keep(KEY, transcript.id, "tab");
    this.state.patch({ here: true });
  }

  #end(): void {
    const track = this.#track;
    this.#track = null;
    track?.stop();
    this.#sharer?.close();
    this.#sharer = null;
    drop(KEY, "tab");
    this.state.patch({ here: false, viewers: 0, open: false, direct: null });
  }
}

async function pick(isFramed: boolean): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getDisplayMedia({
    audio: false,
    video: { frameRate: { ideal: 15, max: 30 } },
    // Not in TypeScript's library yet; what a browser does not know it passes over.
    // The chat alone is nothing to show; the page that has it in a frame is.
    ...{ selfBrowserSurface: isFramed ? "include" : "exclude", surfaceSwitching: "include" },
  });
  const [track] = stream.getVideoTracks();
  if (!track) throw new Error("a stream without a picture");
  return track;
}

function kindOf(track: MediaStreamTrack): SharedKind {
  const { displaySurface } = track.getSettings();
  if (displaySurface === "browser") return "tab";
  return displaySurface === "window" ? "window" : "screen";
}
