import { getPictureLease } from "@deskside/browser/api";
import { DirectLine } from "@deskside/browser/direct_line";
import { PictureViewer } from "@deskside/browser/picture_viewer";
import { useEffect, useState } from "react";
import type { Workplace } from "./workplace.ts";

/** Watch the picture of `session` while the component is there and `on` holds. */
export function usePicture(
  workplace: Workplace,
  session: string,
  on: boolean,
): PictureViewer | null {
  const [viewer, setViewer] = useState<PictureViewer | null>(null);
  useEffect(() => {
    if (!on) return undefined;
    const { link } = workplace;
    const lease = () => getPictureLease(session);
    const opened = new PictureViewer({
      line: (ear) => new DirectLine({ session, link, lease, ear }),
    });
    // A timer, so that opening is not part of drawing.
    const timer = setTimeout(() => setViewer(opened), 0);
    // A link that comes back says that the line was gone; the picture's own may not know yet.
    let wasOpen = workplace.link.state.get().open;
    const stop = workplace.link.state.subscribe(() => {
      const { open } = workplace.link.state.get();
      if (open && !wasOpen) opened.renew();
      wasOpen = open;
    });
    return () => {
      clearTimeout(timer);
      stop();
      opened.close();
      setViewer(null);
    };
  }, [workplace, session, on]);
  return viewer;
}
