/**
 * The customer's end of one direct path in a browser: what a rep may do on it, and what it carries.
 * The twin of `customer_client/direct/path.py`.
 *
 * A web page can show a screen and do nothing else, so of what a rep sends only answers and wishes
 * are heard.
 */
import type { AnswerDirect, DirectProposed, Tool } from "@deskside/browser/contract";
import { DirectPeer } from "@deskside/browser/direct_peer";
import {
  BadPiece,
  INPUT,
  PICTURE,
  commitment,
  newNonce,
  shortCode,
} from "@deskside/browser/direct_wire";
import type { Channel, Control } from "@deskside/browser/direct_wire";
import { BadPicture } from "@deskside/browser/picture";
import type { PictureMessage } from "@deskside/browser/picture";
import { decode } from "@deskside/browser/picture_bytes";
import { Store } from "@deskside/browser/store";
import { Capabilities, importedKey } from "./direct_capability.ts";
import type { DirectWay } from "./sharer_line.ts";
import { ViewerRules } from "./viewer_rules.ts";

const LOOK_MS = 250;

/** A rep's end that says nothing for so long is not there, or the way to it is broken. */
const SILENT_MS = 1_500;

/** After so long in silence nobody comes back to this path. */
const GONE_MS = 15_000;

/** What of a path chooses between it and the relay. */
export interface SharerWays {
  take(path: DirectWay): boolean;
  leave(path: DirectWay): void;
  said(path: DirectWay, message: PictureMessage): void;
}

export interface SharerPathParts {
  readonly proposed: DirectProposed;
  readonly line: SharerWays;
  /** Whether the session, as it is known here, gives the rep this tool now. */
  readonly may: (tool: Tool) => boolean;
  /** The broker's time (ms). */
  readonly now: () => number;
}

export interface SharerPathState {
  /** What both people see, once it is known. */
  readonly code: string;
  readonly verifiedHere: boolean;
  readonly verifiedThere: boolean;
}

export class SharerPath implements DirectWay {
  readonly rep: string;
  readonly state = new Store<SharerPathState>({
    code: "",
    verifiedHere: false,
    verifiedThere: false,
  });
  readonly #parts: SharerPathParts;
  readonly #peer: DirectPeer;
  readonly #nonce = newNonce();
  readonly #rules = { [PICTURE]: new ViewerRules(), [INPUT]: new ViewerRules() };
  #own = "";
  #capabilities: Capabilities | null = null;
  #heardAt = Date.now();
  /** What is said is obeyed in order, though some of it takes a while to check. */
  #turn = Promise.resolve();
  #isOver = false;
  #end: () => void = () => undefined;
  readonly #ended: Promise<void>;

  constructor(parts: SharerPathParts) {
    this.#parts = parts;
    this.rep = parts.proposed.rep;
    this.#ended = new Promise((resolve) => (this.#end = resolve));
    this.#peer = new DirectPeer({
      servers: parts.proposed.servers,
      message: (channel, bytes) => this.#judged(() => this.#message(channel, bytes)),
      control: (said) => this.#judged(() => this.#control(said)),
      ended: () => this.end(),
    });
  }

  /** Answer what was proposed, meet, and stay until it is over. */
  async run(answer: (said: AnswerDirect) => void): Promise<void> {
    const { session, path, rep, end, key } = this.#parts.proposed;
    const timer = setInterval(() => this.#look(), LOOK_MS);
    try {
      // Whoever cannot check what a broker signs does not begin.
      await importedKey(key);
      const own = await this.#peer.answer(end);
      if (this.#isOver) return;
      this.#own = own.fingerprint;
      const ends = { session, rep, sharer: own.fingerprint, viewer: end.fingerprint };
      this.#capabilities = new Capabilities(key, ends, this.#parts.now);
      answer({ type: "answer_direct", session, path, rep, end: own, nonce: this.#nonce });
      await Promise.race([this.#peer.opened(), this.#ended]);
      this.#heardAt = Date.now();
      await this.#ended;
    } catch {
      // Not reached: the relay goes on.
    } finally {
      clearInterval(timer);
      this.end();
    }
  }

  /** End it at once: nothing more is shown. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#parts.line.leave(this);
    this.#peer.close();
    this.#end();
  }

  /** The customer has compared the code. */
  verify(): void {
    if (!this.state.get().code) return;
    this.state.patch({ verifiedHere: true });
    this.#peer.say(PICTURE, { type: "verified" });
  }

  emit(message: Uint8Array): boolean {
    // Timers of a page that is out of sight are slow; whoever sends finds out as soon.
    if (this.#isSilent) this.#parts.line.leave(this);
    if (this.#isOver || this.#isSilent || !this.#may("view")) return false;
    return this.#peer.send(PICTURE, message);
  }

  tellToLeave(): void {
    this.#peer.say(PICTURE, { type: "leave" });
  }

  // --- what is allowed

  #may(tool: Tool): boolean {
    return (this.#capabilities?.allows(tool) ?? false) && this.#parts.may(tool);
  }

  get #isSilent(): boolean {
    return Date.now() - this.#heardAt > SILENT_MS;
  }

  #look(): void {
    if (!this.#own) return;
    if (Date.now() - this.#heardAt > GONE_MS) this.end();
    else if (this.#isSilent || !this.#may("view")) this.#parts.line.leave(this);
  }

  // --- what comes

  /** Do what may find that the other end does not keep to the rules, which ends the path. */
  #judged(work: () => void): void {
    if (this.#isOver) return;
    try {
      work();
    } catch (fault) {
      if (!(fault instanceof BadPicture) && !(fault instanceof BadPiece)) throw fault;
      this.end();
    }
  }

  #message(channel: Channel, bytes: Uint8Array): void {
    const message = decode(bytes);
    this.#rules[channel].judge(message, bytes.length, Date.now());
    const asks = message.kind === "ack" || message.kind === "wish";
    if (asks !== (channel === PICTURE)) throw new BadPicture("on the wrong channel");
    if (asks && this.#may("view")) this.#parts.line.said(this, message);
  }

  #control(said: Control): void {
    this.#rules[INPUT].count(0, Date.now());
    this.#heardAt = Date.now();
    if (said.type === "ping") {
      this.#peer.say(INPUT, { type: "pong", number: said.number, time: Date.now() * 1000 });
      return;
    }
    this.#turn = this.#turn.then(async () => {
      if (!this.#isOver) await this.#obey(said);
    });
  }

  async #obey(said: Control): Promise<void> {
    if (said.type === "allow") await this.#capabilities?.take(said.token);
    else if (said.type === "take") {
      if (!this.#may("view") || !this.#parts.line.take(this)) this.tellToLeave();
    } else if (said.type === "leave") this.#parts.line.leave(this);
    else if (said.type === "reveal") await this.#reveal(said.nonce);
    else if (said.type === "verified" && this.state.get().code) {
      this.state.patch({ verifiedThere: true });
    }
  }

  /** Take in what the rep's end had bound itself to before it knew ours. */
  async #reveal(nonce: string): Promise<void> {
    const { end, commitment: bound } = this.#parts.proposed;
    if (nonce.length !== 32 || (await commitment(nonce, end.fingerprint)) !== bound) {
      this.end();
      return;
    }
    const code = await shortCode(end.fingerprint, this.#own, nonce, this.#nonce);
    this.state.patch({ code });
  }
}
