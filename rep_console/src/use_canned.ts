import { language } from "@deskside/browser/catalogue";
import type { View } from "@deskside/browser/transcript";
import { useId, useState } from "react";
import type { KeyboardEvent } from "react";
import { filled, findCanned, languageOf, slashTyped, textIn } from "./canned.ts";
import type { Canned } from "./canned.ts";
import { customerOf } from "./customer.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface CannedParts {
  readonly workplace: Workplace;
  readonly view: View;
  readonly text: string;
  /** Where one writes in it, or -1 while some of it is selected. */
  readonly caret: number;
  /** Puts a piece of text in the place of what lies between two places. */
  readonly put: (piece: string, from: number, to: number) => void;
}

/** A canned message typed with `/`: what fits, and the keys that choose it. */
export function useCanned({ workplace, view, text, caret, put }: CannedParts) {
  const all = useStore(workplace.canned.all);
  const [at, setAt] = useState(0);
  const [closedAt, setClosedAt] = useState("");
  const id = useId();
  const typed = caret < 0 ? null : slashTyped(text.slice(0, caret));
  const found = typed === null ? [] : findCanned(all, typed);
  const isOpen =
    typed !== null && closedAt !== text && all.length > 0 && (found.length > 0 || typed === "");
  const place = Math.min(at, Math.max(0, found.length - 1));

  const speaks = [view.session.language, language()];
  const spokenIn = (canned: Canned) => languageOf(canned, ...speaks);
  const preview = (canned: Canned) =>
    filled(textIn(canned, ...speaks), {
      customer: customerOf(view).name,
      rep: workplace.account.name,
      issue: workplace.issueName(view.session.issue),
      team: workplace.teamName(view.session.team),
      organisation: workplace.organisation,
    });

  function choose(canned: Canned): void {
    setAt(0);
    put(preview(canned), caret - (typed?.length ?? 0) - 1, caret);
  }

  /** Say whether the key was meant for the list. */
  function onKeyDown(event: KeyboardEvent): boolean {
    if (!isOpen || event.nativeEvent.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const current = found[place];
    if (step) setAt((place + step + found.length) % Math.max(1, found.length));
    else if (event.key === "Escape") setClosedAt(text);
    else if ((event.key === "Enter" || event.key === "Tab") && current) choose(current);
    else return false;
    event.preventDefault();
    return true;
  }

  return { isOpen, id, found, at: place, preview, spokenIn, point: setAt, choose, onKeyDown };
}
