import { t } from "@deskside/browser/catalogue";
import type { HostFrame } from "./host_frame.ts";

/** Puts the page out of sight on another site; nothing ends. */
export function Minimise({ frame }: { frame: HostFrame | null }) {
  if (!frame) return null;
  return (
    <button
      class="button button-quiet minimise"
      aria-label={t("Minimise chat")}
      onClick={() => frame.hide()}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="M4.500 7.500 10 13l5.500-5.500" />
      </svg>
    </button>
  );
}
