/** How a customer likes the page on this device: the size of its text, its sounds, its language. */
import { language, speak } from "@deskside/browser/catalogue";
import { keep, kept } from "@deskside/browser/storage";
import { Store } from "@deskside/browser/store";

/** The steps of `style.css`, from the smallest text to the largest. */
export const LARGEST_TEXT = 3;
const USUAL_TEXT = 1;

/** What the page was last set to speak, or nothing. */
export const LANGUAGE_KEY = "language";
const TEXT_KEY = "text_size";
const MUTED_KEY = "muted";

interface Preferred {
  readonly textSize: number;
  readonly muted: boolean;
  readonly language: string;
}

export class Preferences {
  readonly state: Store<Preferred>;

  constructor() {
    const size = Number(kept(TEXT_KEY) || USUAL_TEXT);
    const textSize = size >= 0 && size <= LARGEST_TEXT ? Math.round(size) : USUAL_TEXT;
    this.state = new Store({ textSize, muted: kept(MUTED_KEY) === "yes", language: language() });
    this.#showText();
  }

  /** Make the whole page's text larger by `steps`, or smaller; past the last step nothing happens. */
  resize(steps: number): void {
    const wanted = this.state.get().textSize + steps;
    const textSize = Math.max(0, Math.min(LARGEST_TEXT, wanted));
    keep(TEXT_KEY, String(textSize));
    this.state.patch({ textSize });
    this.#showText();
  }

  mute(muted: boolean): void {
    keep(MUTED_KEY, muted ? "yes" : "no");
    this.state.patch({ muted });
  }

  /** Switch to the words of another language, and keep to it. */
  async speak(wanted: string): Promise<void> {
    await speak(wanted);
    keep(LANGUAGE_KEY, language());
    document.documentElement.lang = language();
    this.state.patch({ language: language() });
  }

  #showText(): void {
    document.documentElement.dataset.textSize = String(this.state.get().textSize);
  }
}
