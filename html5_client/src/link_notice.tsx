import { t } from "@deskside/browser/catalogue";
import type { Link } from "@deskside/browser/link";
import { useEffect, useState } from "preact/hooks";
import { useStore } from "./use_store.ts";

/** A short break mends itself before anybody needs to hear of it. */
const UNNOTICED_MS = 1_500;
const BACK_SHOWN_MS = 3_000;

/** Says that the line is down, and that it is back. */
export function LinkNotice({ link }: { link: Link }) {
  const { open, closed } = useStore(link.state);
  const [notice, setNotice] = useState<"" | "lost" | "back">("");
  useEffect(() => {
    const next = open ? "" : "lost";
    const delay = open ? BACK_SHOWN_MS : UNNOTICED_MS;
    // Seen by nobody while the page is only just opening.
    if (open) setNotice((before) => (before === "lost" ? "back" : ""));
    const timer = setTimeout(() => setNotice(next), delay);
    return () => clearTimeout(timer);
  }, [open]);
  const text = closed && closed !== "signed_out" ? closedText() : notice && TEXTS[notice]();
  return (
    <div class="notices" role="status">
      {text && <p class={`notice notice-${notice || "lost"}`}>{text}</p>}
    </div>
  );
}

const TEXTS = {
  lost: () => t("Connection lost. Reconnecting… What you type is kept."),
  back: () => t("You are connected again."),
};

function closedText(): string {
  return t("The connection was closed. Please load this page again.");
}
