/** What the button and the sheet around the frame look like, and the elements they are made of. */
import { inkOn } from "./settings.ts";

export const STYLE = `
:host {
  all: initial !important;
  position: fixed !important;
  z-index: 2147483000 !important;
  inset: auto 0 0 auto !important;
  display: block !important;
  width: 0 !important;
  height: 0 !important;
  --accent: #0b6b69;
  --ink: #ffffff;
  --gap: 1.25rem;
  --right: calc(var(--gap) + env(safe-area-inset-right, 0px));
  --bottom: calc(var(--gap) + env(safe-area-inset-bottom, 0px));
}
[hidden] { display: none !important; }
.whole { font: 600 16px/1.25 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; }
.launcher {
  position: fixed;
  right: var(--right);
  bottom: var(--bottom);
  display: inline-flex;
  align-items: center;
  gap: 0.6rem;
  min-width: 3.5rem;
  min-height: 3.5rem;
  padding: 0.6rem 1.3rem 0.6rem 1.1rem;
  border: 1px solid transparent;
  border-radius: 1.75rem;
  background: var(--accent);
  color: var(--ink);
  box-shadow: 0 1px 2px rgb(0 0 0 / 18%), 0 8px 24px rgb(0 0 0 / 22%);
  cursor: pointer;
  font: inherit;
}
.launcher:hover { filter: brightness(1.08); }
.launcher:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; box-shadow: 0 0 0 3px #ffffff; }
.launcher svg { width: 1.6rem; height: 1.6rem; fill: none; stroke: currentcolor; stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
.shown .launcher { padding: 0.6rem; justify-content: center; }
.shown .label { display: none; }
.badge::before { content: attr(data-unread); }
.badge {
  position: absolute;
  top: -0.35rem;
  right: -0.2rem;
  min-width: 1.1rem;
  padding: 0.1rem 0.3rem;
  border: 2px solid #ffffff;
  border-radius: 1rem;
  background: #b3261e;
  color: #ffffff;
  font-size: 0.8rem;
  text-align: center;
}
.sheet {
  position: fixed;
  right: var(--right);
  bottom: calc(var(--bottom) + 4.25rem);
  width: min(25rem, calc(100vw - 2 * var(--gap)));
  height: min(44rem, calc(100vh - 7.5rem));
  height: min(44rem, calc(100dvh - 7.5rem));
  overflow: hidden;
  border-radius: 1.1rem;
  background: #ffffff;
  box-shadow: 0 0 0 1px rgb(0 0 0 / 8%), 0 20px 60px rgb(0 0 0 / 30%);
  transform-origin: 100% 100%;
  visibility: hidden;
}
.shown .sheet { visibility: visible; }
iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: light dark; }
.told { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 30rem), (max-height: 26rem) {
  .launcher { padding: 0.6rem; justify-content: center; }
  .label { display: none; }
  /* Once the page is there it has a button of its own for that. */
  .shown.ready .launcher { display: none; }
  .sheet { inset: 0; width: auto; height: auto; border-radius: 0; box-shadow: none; }
}
@media (prefers-color-scheme: dark) {
  :host { --accent: #62cbc1; --ink: #04211f; }
  .badge { border-color: #0c1416; }
  .sheet { background: #152024; box-shadow: 0 0 0 1px rgb(255 255 255 / 12%), 0 20px 60px rgb(0 0 0 / 60%); }
}
@media (prefers-reduced-motion: no-preference) {
  .sheet { transition: opacity 160ms, transform 160ms, visibility 160ms; opacity: 0; transform: translateY(0.75rem) scale(0.98); }
  .shown .sheet { opacity: 1; transform: none; }
  .launcher { transition: filter 120ms; }
}
@media (forced-colors: active) {
  .launcher, .badge, .sheet { border: 1px solid; }
}
@media print { :host { display: none !important; } }
`;

const BUBBLE =
  "M12 4c5 0 9 3.300 9 7.500S17 19 12 19c-1.100 0-2.200-.2-3.200-.5L4 20l1.400-3.800C3.900 14.900 3 13.300 3 11.500 3 7.300 7 4 12 4z";
const DOWN = "M5 9l7 7 7-7";

export interface Elements {
  readonly host: HTMLElement;
  readonly whole: HTMLElement;
  readonly launcher: HTMLButtonElement;
  readonly sheet: HTMLElement;
  /** Show what the launcher does now, in words and as a drawing. */
  readonly label: (text: string, minimises: boolean) => void;
  readonly badge: (unread: number, told: string) => void;
}

/** Make everything but the frame, below an element that the site's own styles do not reach. */
export function build(colour: string): Elements {
  const host = document.createElement("deskside-chat");
  const root = host.attachShadow({ mode: "open" });
  // A sheet made by a script is no inline style to the site's policy.
  const style = new CSSStyleSheet();
  style.replaceSync(STYLE);
  root.adoptedStyleSheets = [style];

  const whole = make("section", "whole");
  if (colour) {
    whole.style.setProperty("--accent", colour);
    whole.style.setProperty("--ink", inkOn(colour));
  }
  const launcher = make("button", "launcher");
  launcher.type = "button";
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  drawing.append(path);
  const words = make("span", "label");
  const count = make("span", "badge");
  count.setAttribute("aria-hidden", "true");
  const told = make("p", "told");
  told.setAttribute("role", "status");
  const sheet = make("div", "sheet");
  launcher.append(drawing, words, count);
  // Before the launcher, as it is reached by keys: what opens stands where it is seen.
  whole.append(sheet, launcher, told);
  root.append(whole);

  return {
    host,
    whole,
    launcher,
    sheet,
    label: (text, minimises) => {
      words.textContent = text;
      path.setAttribute("d", minimises ? DOWN : BUBBLE);
    },
    badge: (unread, news) => {
      // Shown by the style alone: the launcher's name says it in words.
      count.dataset.unread = String(unread);
      count.hidden = unread === 0;
      if (told.textContent !== news) told.textContent = news;
    },
  };
}

function make<Tag extends "section" | "div" | "button" | "span" | "p">(tag: Tag, name: string) {
  const element = document.createElement(tag);
  element.className = name;
  return element;
}
