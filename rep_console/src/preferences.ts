/** How a rep likes the console, as this device knows it. */
import { language } from "@deskside/browser/catalogue";
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
    const show = () => {
      const { dataset } = document.documentElement;
      dataset.density = this.look.get().density;
      // Where single keys do nothing, none are shown beside what they would do.
      dataset.singleKeys = this.habits.get().singleKeys ? "on" : "off";
    };
    this.look.subscribe(show);
    this.habits.subscribe(show);
    show();
  }

  /** What goes with the account to other devices. */
  get followed() {
    const { look, layout, habits } = this;
    return { look, layout, habits };
  }

  /** Speak the language that the rep has chosen on another device; an address may ask for its own. */
  speakAsChosen(): void {
    const chosen = this.look.get().language;
    const isAsked = new URLSearchParams(location.search).has("lang");
    // The words are chosen once, before anything is drawn.
    if (chosen && chosen !== language() && !isAsked) location.reload();
  }
}
