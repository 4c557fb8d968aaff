import { t } from "@deskside/browser/catalogue";
import type { Link } from "@deskside/browser/link";
import { useEffect, useState } from "react";
import { useStore } from "./use_store.ts";

/** A short break mends itself before anybody needs to hear of it. */
const UNNOTICED_MS = 1_500;

/** Says that the line is down, as long as it is. */
export function LinkBanner({ link }: { link: Link }) {
  const { open, closed } = useStore(link.state);
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(!open), open ? 0 : UNNOTICED_MS);
    return () => clearTimeout(timer);
  }, [open]);
  const text = closed
    ? t("The connection was closed. Please load this page again.")
    : t("Connection lost. Reconnecting… What you write is sent when it is back.");
  return (
    <div className="banner" role="status">
      {!open && (isLong || closed) && <p>{text}</p>}
    </div>
  );
}
