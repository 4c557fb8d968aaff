import { t } from "@deskside/browser/catalogue";
import { PictureInput, WAY_OUT } from "@deskside/browser/picture_input";
import { PicturePen } from "@deskside/browser/picture_pen";
import type { Ink, Pen } from "@deskside/browser/picture_pen";
import type { PictureViewer } from "@deskside/browser/picture_viewer";
import { useEffect, useRef, useState } from "react";
import type { RefObject } from "react";
import { KeyCaps } from "./key_caps.tsx";
import { RemoteCursor } from "./screen_cursor.tsx";
import { ScreenInk } from "./screen_pens.tsx";
import type { Scale } from "./screens.ts";
import { useStore } from "./use_store.ts";

interface StageProps {
  readonly viewer: PictureViewer;
  readonly scale: Scale;
  readonly controlled: boolean;
  readonly mayPaste: boolean;
  /** What the rep draws with; then mouse and keyboard do not steer. */
  readonly pen: Pen | "";
  /** Where the focus goes when the keyboard is given back. */
  readonly wayOut: RefObject<HTMLElement | null>;
}

/** The picture itself, in its scale; under control, it takes mouse and keyboard. */
export function ScreenStage({ viewer, scale, controlled, mayPaste, pen, wayOut }: StageProps) {
  const { shown, open, width, height } = useStore(viewer.state);
  const surface = useRef<HTMLDivElement>(null);
  const keyboard = useRef<HTMLTextAreaElement>(null);
  const [typing, setTyping] = useState(false);
  const ratio = usePixelRatio();
  const steers = controlled && shown && open && !pen;
  const ink = useInk(viewer, shown && open ? pen : "");

  useEffect(() => {
    const { canvas } = viewer;
    surface.current?.prepend(canvas);
    return () => canvas.remove();
  }, [viewer]);

  useEffect(() => {
    // One pixel of theirs is one of this display's, however the page is scaled.
    viewer.lay(scale === "whole" ? 1 / ratio : 0);
  }, [viewer, scale, width, height, ratio]);

  const pasting = useRef(mayPaste);
  useEffect(() => {
    pasting.current = mayPaste;
  }, [mayPaste]);

  useEffect(() => {
    const box = keyboard.current;
    if (!steers || !box) return undefined;
    const input = new PictureInput({
      surface: viewer.canvas,
      keyboard: box,
      part: () => viewer.state.get(),
      say: ({ kind, body }) => void viewer.say(kind, body),
      leave: () => wayOut.current?.focus(),
      mayPaste: () => pasting.current,
    });
    return () => input.close();
  }, [viewer, steers, wayOut]);

  return (
    <>
      <div
        className={`screen-stage screen-stage-${scale}${typing && steers ? " screen-typing" : ""}${pen ? " screen-drawing" : ""}`}
        tabIndex={steers ? -1 : 0}
        role="group"
        aria-label={t("Picture of the customer's screen")}
      >
        <div className="screen-surface" ref={surface} hidden={!shown}>
          <RemoteCursor viewer={viewer} controlled={steers} />
        </div>
        <ScreenInk ink={ink} pen={pen} />
        {steers && (
          <textarea
            className="screen-keyboard"
            ref={keyboard}
            aria-label={t("Keyboard of the customer's computer")}
            autoCapitalize="off"
            autoComplete="off"
            autoCorrect="off"
            spellCheck={false}
            onFocus={() => setTyping(true)}
            onBlur={() => setTyping(false)}
          />
        )}
      </div>
      {steers && <KeyboardState typing={typing} take={() => keyboard.current?.focus()} />}
    </>
  );
}

/** Draw with `pen` on the picture, and return what is being drawn. */
function useInk(viewer: PictureViewer, pen: Pen | ""): Ink | null {
  const [ink, setInk] = useState<Ink | null>(null);
  useEffect(() => {
    if (!pen) return undefined;
    const drawing = new PicturePen({
      pen,
      surface: viewer.canvas,
      part: () => viewer.state.get(),
      draw: (body) => void viewer.say("drawing", body),
      ink: setInk,
    });
    return () => drawing.close();
  }, [viewer, pen]);
  return ink;
}

/** Says where the keyboard goes, and how to get it back. */
function KeyboardState({ typing, take }: { typing: boolean; take: () => void }) {
  return (
    <div className={typing ? "screen-keys screen-keys-on" : "screen-keys"}>
      <p role="status">
        {typing
          ? t("What you type goes to the customer's computer.")
          : t("You steer the mouse. Click into the picture to type there as well.")}
      </p>
      {typing ? (
        <p className="screen-way-out">
          {t("Back to your own keyboard:")} <KeyCaps keys={WAY_OUT} />
        </p>
      ) : (
        <button className="screen-take" onClick={take}>
          {t("Type there")}
        </button>
      )}
    </div>
  );
}

/** How many of the display's pixels one of the page's is, also after zooming. */
function usePixelRatio(): number {
  const [ratio, setRatio] = useState(() => devicePixelRatio);
  useEffect(() => {
    const look = () => setRatio(devicePixelRatio);
    addEventListener("resize", look);
    return () => removeEventListener("resize", look);
  }, []);
  return ratio || 1;
}
