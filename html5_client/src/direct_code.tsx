import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import type { SharedDirectly } from "./sharing.ts";
import type { Visit } from "./visit.ts";

interface Props {
  readonly visit: Visit;
  readonly session: Session;
  readonly direct: SharedDirectly;
}

/** Below the banner while the picture goes directly: the code that shows whether anybody is in between. */
export function DirectCode({ visit, session, direct }: Props) {
  const { code, verifiedHere, verifiedThere } = direct;
  const name = session.names[direct.rep] ?? "";
  return (
    <section class="direct" aria-label={t("Direct connection")}>
      <p role="status">
        {verifiedHere && verifiedThere
          ? t("Verified: nobody is between you and {name}.", { name })
          : verifiedHere
            ? t("You found the code to be the same. {name} has not confirmed it yet.", { name })
            : t(
                "Your screen goes directly to {name}. If {name} reads out the same code, nobody is in between; if another, stop sharing. This is yours:",
                { name },
              )}{" "}
        {!verifiedHere && <b class="direct-code">{spaced(code)}</b>}
      </p>
      {!verifiedHere && (
        <button class="button button-small" onClick={() => visit.sharing.verify()}>
          {t("It is the same")}
        </button>
      )}
    </section>
  );
}

/** Return a code as it is read out: in two halves. */
function spaced(code: string): string {
  const half = code.length / 2;
  return `${code.slice(0, half)} ${code.slice(half)}`;
}
