import { t } from "@deskside/browser/catalogue";
import { DirectLine } from "@deskside/browser/direct_line";
import type { PictureViewer } from "@deskside/browser/picture_viewer";
import { Button } from "@mantine/core";
import { useStore } from "./use_store.ts";

/** Below a picture that comes directly: the code that shows whether anybody is in between. */
export function ScreenDirect({ viewer }: { viewer: PictureViewer }) {
  return viewer.line instanceof DirectLine ? <Compared line={viewer.line} /> : null;
}

function Compared({ line }: { line: DirectLine }) {
  const { direct } = useStore(line.state);
  const { code, verifiedHere, verifiedThere } = useStore(line.path.state);
  if (!direct || !code) return null;
  return (
    <div className="screen-direct" role="status">
      <p>
        {t("The picture comes directly from the customer.")}{" "}
        {verifiedHere && verifiedThere
          ? t("Verified: nobody is in between.")
          : verifiedHere
            ? t("You found the code to be the same. The customer has not confirmed it yet.")
            : t("Have the customer read out their code. This is yours:")}{" "}
        {!verifiedHere && <b className="screen-direct-code">{spaced(code)}</b>}
      </p>
      {!verifiedHere && (
        <Button variant="default" size="compact-sm" onClick={() => line.path.verify()}>
          {t("It is the same")}
        </Button>
      )}
    </div>
  );
}

/** Return a code as it is read out: in two halves. */
function spaced(code: string): string {
  const half = code.length / 2;
  return `${code.slice(0, half)} ${code.slice(half)}`;
}
