import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";

/** Says who reads along, and that the rep has lost the connection, as long as that is so. */
export function RepNotice({ session }: { session: Session }) {
  const lost = session.owner !== "" && session.owner in session.gone;
  const name = session.names[session.owner] ?? "";
  const lead = session.announced.map((each) => session.names[each] ?? "").join(", ");
  return (
    <div class="notices" role="status">
      {lead && <p class="notice notice-back">{t("{name} is reading along.", { name: lead })}</p>}
      {lost && (
        <p class="notice notice-lost">
          {t("{name} has lost the connection and is reconnecting. Please stay.", { name })}
        </p>
      )}
    </div>
  );
}
