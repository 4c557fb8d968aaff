import { t } from "@deskside/browser/catalogue";
import type { PictureViewer } from "@deskside/browser/picture_viewer";
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { useStore } from "./use_store.ts";

/** Puts what the customer's computer copied on this one's clipboard; where that is not let, offers it. */
export function CopiedText({ viewer }: { viewer: PictureViewer }) {
  const { text, count } = useStore(viewer.state).copied;
  const [done, setDone] = useState(0);
  useEffect(() => {
    if (!count) return;
    navigator.clipboard.writeText(text).then(
      () => setDone(count),
      // Without the focus, or where the browser asks first: the button does it.
      () => undefined,
    );
  }, [text, count]);
  if (!count) return null;
  const copy = () => void navigator.clipboard.writeText(text).then(() => setDone(count));
  return (
    <p className="screen-others" role="status">
      {t("Text was copied on the customer's computer.")}{" "}
      {done === count ? (
        t("It is on your clipboard.")
      ) : (
        <Button variant="default" size="compact-xs" onClick={copy}>
          {t("Copy it here")}
        </Button>
      )}
    </p>
  );
}
