import { language } from "@deskside/browser/catalogue";
import { useEffect, useState } from "preact/hooks";
import type { Visit } from "./visit.ts";

interface Props {
  readonly visit: Visit;
  readonly label: string;
  readonly onOpen?: () => void;
}

/** A code lives half a minute; a fresh one is there in time. */
const RENEW_MS = 20_000;

/**
 * The way out of a frame: a link to the same chat in a tab of our own, where the browser can ask for
 * permissions. A link, because one that a script opens may be held back.
 */
export function OwnWindow({ visit, label, onOpen }: Props) {
  const { frame } = visit;
  const [address, setAddress] = useState("");
  const [opened, setOpened] = useState(0);
  useEffect(() => {
    if (!frame) return undefined;
    let current = true;
    const renew = () => {
      visit.windowAddress(language()).then(
        (next) => {
          if (current) setAddress(next);
        },
        // Tried again by the timer; until then the old one may still work.
        () => undefined,
      );
    };
    renew();
    const timer = setInterval(renew, RENEW_MS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [visit, frame, opened]);
  if (!frame) return null;
  if (!address) {
    return (
      <span class="button" aria-busy="true">
        {label}
      </span>
    );
  }
  return (
    <a
      class="button"
      href={address}
      target="_blank"
      rel="noopener"
      onClick={() => {
        frame.hide();
        // This one is used up.
        setOpened(opened + 1);
        onOpen?.();
      }}
    >
      {label}
    </a>
  );
}
