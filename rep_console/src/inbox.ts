/**
 * The messages that customers left for the rep's teams.
 *
 * The broker's frame only counts them; the list is fetched when somebody looks at it, and again
 * whenever a frame says that something has changed.
 */
import type { Link } from "@deskside/browser/link";
import { answerMessage, handleMessage, readInbox } from "@deskside/browser/messages_left";
import type { InboxMessage } from "@deskside/browser/messages_left";
import { Store } from "@deskside/browser/store";
import { uuid7 } from "@deskside/browser/uuid7";

const LOOK_AGAIN_MS = 3_000;

export type Shelf = InboxMessage["state"];

export interface InboxState {
  /** How many are open, by team. */
  readonly open: Readonly<Record<string, number>>;
  readonly shelf: Shelf;
  /** Unknown until the first list is here. */
  readonly messages: readonly InboxMessage[] | null;
  readonly mails: boolean;
  readonly fault: unknown;
}

export class Inbox {
  readonly state = new Store<InboxState>({
    open: {},
    shelf: "open",
    messages: null,
    mails: true,
    fault: null,
  });
  /** Ids of answers that may have arrived although nobody said so. */
  readonly #answers = new Map<string, string>();
  #watched = false;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(link: Link) {
    link.on((frame) => {
      if (frame.type !== "inbox") return;
      const open = { ...this.state.get().open, [frame.team]: frame.open };
      this.state.patch({ open });
      if (this.#watched) void this.fetch();
    });
  }

  /** Keep the list fresh until the returned function is called. */
  watch(): () => void {
    this.#watched = true;
    void this.fetch();
    return () => {
      this.#watched = false;
    };
  }

  show(shelf: Shelf): void {
    this.state.patch({ shelf, messages: null });
    void this.fetch();
  }

  async fetch(): Promise<void> {
    const { shelf } = this.state.get();
    try {
      const page = await readInbox(shelf);
      // Another shelf may have been asked for meanwhile.
      if (this.state.get().shelf === shelf) this.state.patch({ ...page, fault: null });
      this.#lookAgain(page.messages);
    } catch (fault) {
      this.state.patch({ fault });
    }
  }

  /** No frame tells that a mail has gone out: look again while one is on its way. */
  #lookAgain(messages: readonly InboxMessage[]): void {
    clearTimeout(this.#again);
    const underWay = messages.some(({ answers }) => answers.some(({ mail }) => mail === "waiting"));
    if (!underWay) return;
    this.#again = setTimeout(() => {
      if (this.#watched) void this.fetch();
    }, LOOK_AGAIN_MS);
  }

  async handle(message: string, how: "take" | "done" | "reopen"): Promise<void> {
    await handleMessage(message, how);
    await this.fetch();
  }

  /** Answer by mail; tried again after a lost line, it is still one answer. */
  async answer(message: string, text: string, last: boolean): Promise<void> {
    const key = `${message}\n${text}`;
    const id = this.#answers.get(key) ?? uuid7();
    this.#answers.set(key, id);
    await answerMessage({ id, message, text, last });
    this.#answers.delete(key);
    await this.fetch();
  }
}

export function openCount({ open }: InboxState): number {
  return Object.values(open).reduce((sum, count) => sum + count, 0);
}
