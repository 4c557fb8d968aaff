import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";

/** Says that the rep has lost the connection, as long as that is so. */
export function RepNotice({ session }: { session: Session }) {
  const lost = session.owner !== "" && session.owner in session.gone;
  const name = session.names[session.owner] ?? "";
  return (
    <div class="notices" role="status">
      {lost && (
        <p class="notice notice-lost">
          {t("{name} has lost the connection and is reconnecting. Please stay.", { name })}
        </p>
      )}
    </div>
  );
}
