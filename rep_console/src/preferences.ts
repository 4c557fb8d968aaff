/** How a rep likes the console on this device. */
import { KeptStore } from "./kept_store.ts";

export interface Look {
  /** One of our languages, or empty: the browser's. */
  readonly language: string;
  readonly scheme: "auto" | "light" | "dark";
  readonly density: "comfortable" | "compact";
}

/** How wide the panes are, in pixels at the usual size of text. */
export interface Layout {
  readonly lists: number;
  readonly facts: number;
  /** The queue's share of the lists, in percent. */
  readonly queue: number;
  readonly showsFacts: boolean;
  /** The conversation's width beside a picture. */
  readonly chat: number;
  /** Whether lists and details make room for a picture. */
  readonly widePicture: boolean;
}

export interface Habits {
  /** Whether single keys, outside of text, do something. */
  readonly singleKeys: boolean;
}

export const LAYOUT: Layout = {
  lists: 310,
  facts: 264,
  queue: 38,
  showsFacts: true,
  chat: 350,
  widePicture: false,
};

export class Preferences {
  readonly look = new KeptStore<Look>("console.look", {
    language: "",
    scheme: "auto",
    density: "comfortable",
  });
  readonly layout = new KeptStore<Layout>("console.layout", LAYOUT);
  readonly habits = new KeptStore<Habits>("console.habits", { singleKeys: true });

  constructor() {
    const show = () => (document.documentElement.dataset.density = this.look.get().density);
    this.look.subscribe(show);
    show();
  }
}
