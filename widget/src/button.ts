/** The button and the frame behind it: what is in sight, and what is remembered of it. */
import { plural, t } from "@deskside/browser/catalogue";
import { fromFrame, post } from "@deskside/browser/embedding";
import { build } from "./look.ts";
import type { Elements } from "./look.ts";
import { rememberOn, rememberShown, wasOn, wasShown } from "./memory.ts";
import type { Settings } from "./settings.ts";
import type { Status } from "./status.ts";

/** A page that has not said a word by then was not served; it is asked for again. */
const SILENT_MS = 20_000;

export class Button {
  readonly #settings: Settings;
  readonly #elements: Elements;
  #status: Status | null = null;
  #frame: HTMLIFrameElement | null = null;
  #ready = false;
  #shown = false;
  #unread = 0;
  #on = wasOn();

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#elements = build(settings.colour);
    const { host, launcher, whole } = this.#elements;
    host.lang = settings.language;
    launcher.addEventListener("click", () => (this.#shown ? this.hide() : this.show()));
    whole.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && this.#shown) this.hide();
    });
    addEventListener("message", (event) => this.#hear(event));
    this.#draw();
    // Not into the body: sites that change pages by script replace what is in it.
    document.documentElement.append(host);
    // A session goes on while one walks from page to page.
    if (this.#on) this.#load();
    if (wasShown()) this.#setShown(true);
  }

  /** Show the frame and lead the keyboard into it. */
  show(): void {
    this.#setShown(true);
    this.#frame?.focus();
  }

  /** Put the frame out of sight; what goes on in it goes on. */
  hide(): void {
    const { host, launcher } = this.#elements;
    const hadFocus = document.activeElement === host;
    this.#setShown(false);
    if (hadFocus) launcher.focus();
  }

  /** Hear how the desk stands; null is unknown. */
  stand(status: Status | null): void {
    this.#status = status;
    this.#draw();
  }

  #setShown(shown: boolean): void {
    this.#shown = shown;
    rememberShown(shown);
    if (shown) this.#load();
    this.#tell();
    this.#draw();
  }

  #load(): void {
    if (this.#frame) return;
    const { desk, language, issue } = this.#settings;
    const address = new URL("/widget", desk);
    address.searchParams.set("host", location.origin);
    address.searchParams.set("lang", language);
    if (issue) address.searchParams.set("issue", issue);
    const frame = document.createElement("iframe");
    // Sounds, and asking what of the screen to show; everything else that needs a permission opens a
    // window of its own.
    frame.allow = "autoplay; display-capture";
    frame.src = address.href;
    this.#frame = frame;
    this.#draw();
    this.#elements.sheet.append(frame);
    setInterval(() => {
      if (!this.#ready && this.#shown) frame.src = address.href;
    }, SILENT_MS);
  }

  #hear(event: MessageEvent): void {
    const page = this.#frame?.contentWindow;
    const said = page && fromFrame(event, page, this.#settings.desk);
    if (!said) return;
    if (said.type === "ready") {
      this.#ready = true;
      this.#tell();
      this.#draw();
    } else if (said.type === "hide") {
      this.hide();
    } else {
      this.#unread = said.unread;
      this.#on = said.on;
      rememberOn(said.on);
      this.#draw();
    }
  }

  #tell(): void {
    const page = this.#frame?.contentWindow;
    if (!page || !this.#ready) return;
    post(page, this.#settings.desk, { type: this.#shown ? "shown" : "hidden" });
  }

  #draw(): void {
    const { whole, launcher, label, badge } = this.#elements;
    const there = this.#status?.open === true;
    const useful = there || this.#on || this.#shown || this.#status?.offline === "form";
    whole.hidden = !useful;
    whole.classList.toggle("shown", this.#shown);
    whole.classList.toggle("ready", this.#ready);
    const organisation = this.#status?.organisation;
    const name = organisation ? t("Chat with {organisation}", { organisation }) : t("Chat");
    whole.setAttribute("aria-label", name);
    if (this.#frame) this.#frame.title = name;

    const does = there || this.#on ? t("Chat with us") : t("Leave a message");
    const unread = this.#shown ? 0 : this.#unread;
    const news = unread ? plural(unread, "{count} new message", "{count} new messages") : "";
    const text = this.#shown ? t("Minimise chat") : does;
    label(text, this.#shown);
    launcher.setAttribute("aria-label", news ? `${text}, ${news}` : text);
    launcher.setAttribute("aria-expanded", String(this.#shown));
    badge(unread, news);
  }
}
