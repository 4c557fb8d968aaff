/** What the broker tells leads of their teams: how many wait and talk, and every talk. */
import type { Board, Frame, Talk } from "@deskside/browser/contract";
import type { Link } from "@deskside/browser/link";
import { Store } from "@deskside/browser/store";

export interface BoardState {
  /** By team; only those that one leads. */
  readonly boards: Readonly<Record<string, Board>>;
  readonly talks: Readonly<Record<string, readonly Talk[]>>;
}

export class Boards {
  readonly state = new Store<BoardState>({ boards: {}, talks: {} });

  constructor(link: Pick<Link, "on">) {
    link.on((frame) => this.#hear(frame));
  }

  #hear(frame: Frame): void {
    const { boards, talks } = this.state.get();
    if (frame.type === "board") {
      this.state.patch({ boards: { ...boards, [frame.team]: frame } });
    } else if (frame.type === "talks") {
      const gone = new Set([...frame.went, ...frame.came.map(({ session }) => session)]);
      const stayed = frame.whole ? [] : (talks[frame.team] ?? []);
      const kept = stayed.filter(({ session }) => !gone.has(session));
      const now = [...kept, ...frame.came].sort(byLength);
      this.state.patch({ talks: { ...talks, [frame.team]: now } });
    }
  }
}

/** The longest first: that is where help may be wanted. */
function byLength(one: Talk, other: Talk): number {
  return one.since - other.since || (one.session < other.session ? -1 : 1);
}
