/**
 * The direct paths of a screen that this page shares: one for each rep who proposes one, the newest of
 * each. The twin of `customer_client/direct/paths.py`.
 */
import type { DirectProposed, Frame, Session } from "@deskside/browser/contract";
import type { Link } from "@deskside/browser/link";
import { SharerPath } from "./sharer_path.ts";
import type { SharerLine } from "./sharer_line.ts";

/** So many reps at most can try at a time; whoever else does is served by the relay. */
const MOST = 4;

export interface SharerPathsParts {
  readonly link: Link;
  readonly line: SharerLine;
  readonly session: () => Session;
  /** A path, its code or its use has changed. */
  readonly changed: () => void;
}

/** Say whether the picture of `session` may pass by the relay: what is recorded, the relay records. */
export function mayGoDirectly(session: Session): boolean {
  return (
    session.state === "talking" &&
    session.sharing !== "" &&
    !session.sharing_paused &&
    session.recording !== "allowed"
  );
}

export class SharerPaths {
  readonly #parts: SharerPathsParts;
  readonly #paths = new Map<string, SharerPath>();
  readonly #stop: () => void;

  constructor(parts: SharerPathsParts) {
    this.#parts = parts;
    const unlisten = parts.link.on((frame) => this.#hear(frame));
    const unfollow = parts.line.state.subscribe(() => parts.changed());
    this.#stop = () => {
      unlisten();
      unfollow();
    };
  }

  /** The path on which the picture goes now. */
  get used(): SharerPath | null {
    const { direct } = this.#parts.line.state.get();
    return direct instanceof SharerPath ? direct : null;
  }

  /** The session has changed: end at once what it does not allow any more. */
  look(): void {
    if (!mayGoDirectly(this.#parts.session())) this.#endAll();
  }

  close(): void {
    this.#stop();
    this.#endAll();
  }

  #endAll(): void {
    for (const path of this.#paths.values()) path.end();
    this.#paths.clear();
  }

  #hear(frame: Frame): void {
    if (frame.type !== "direct_proposed" && frame.type !== "direct_over") return;
    const session = this.#parts.session();
    if (frame.session !== session.id) return;
    this.#paths.get(frame.rep)?.end();
    this.#paths.delete(frame.rep);
    if (frame.type === "direct_over" || !mayGoDirectly(session)) return;
    if (this.#paths.size < MOST) void this.#serve(frame);
  }

  async #serve(proposed: DirectProposed): Promise<void> {
    const { link, line, session, changed } = this.#parts;
    const path = new SharerPath({
      proposed,
      line,
      now: () => link.now(),
      may: (tool) => {
        const known = session();
        return (
          mayGoDirectly(known) &&
          known.grants.some(
            (grant) =>
              grant.rep === proposed.rep && grant.tool === tool && link.now() < grant.until,
          )
        );
      },
    });
    this.#paths.set(path.rep, path);
    path.state.subscribe(changed);
    await path.run((answer) => link.send(answer));
    if (this.#paths.get(path.rep) === path) this.#paths.delete(path.rep);
  }
}
