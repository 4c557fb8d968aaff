import type { CursorShape } from "@deskside/browser/picture";
import type { PictureViewer } from "@deskside/browser/picture_viewer";
import { useEffect, useRef } from "react";

interface CursorProps {
  readonly viewer: PictureViewer;
  readonly controlled: boolean;
}

/** So long after a move of one's own, the customer's cursor only follows. */
const OWN_MS = 700;

/**
 * The customer's cursor. Who steers has its shape under their own hand, without delay; the customer's
 * is drawn only where somebody else moves it.
 */
export function RemoteCursor({ viewer, controlled }: CursorProps) {
  const drawn = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const { canvas } = viewer;
    let moved = -Infinity;
    let shape: CursorShape | null = null;
    const onMove = () => (moved = performance.now());
    const place = () => {
      const box = drawn.current;
      const cursor = viewer.cursor.get();
      if (!box) return;
      if (cursor.shape && cursor.shape !== shape) {
        shape = cursor.shape;
        paint(box, shape);
      }
      const isOwn = controlled && performance.now() - moved < OWN_MS;
      box.hidden = !cursor.shown || !shape || isOwn;
      const scale = canvas.clientWidth / Math.max(1, canvas.width);
      const { left, top } = viewer.state.get();
      const x = (cursor.x - left - (shape?.hot_x ?? 0)) * scale;
      const y = (cursor.y - top - (shape?.hot_y ?? 0)) * scale;
      box.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
      viewer.point(controlled ? cursorOf(box, shape) : "");
    };
    const stop = viewer.cursor.subscribe(place);
    const resized = new ResizeObserver(place);
    resized.observe(canvas);
    canvas.addEventListener("pointermove", onMove);
    place();
    return () => {
      stop();
      resized.disconnect();
      canvas.removeEventListener("pointermove", onMove);
      viewer.point("");
    };
  }, [viewer, controlled]);

  return <canvas className="screen-cursor" ref={drawn} aria-hidden="true" hidden />;
}

function paint(box: HTMLCanvasElement, { width, height, rgba }: CursorShape): void {
  box.width = width;
  box.height = height;
  const image = new ImageData(new Uint8ClampedArray(rgba), width, height);
  box.getContext("2d")?.putImageData(image, 0, 0);
}

function cursorOf(box: HTMLCanvasElement, shape: CursorShape | null): string {
  if (!shape) return "crosshair";
  return `url(${box.toDataURL()}) ${shape.hot_x} ${shape.hot_y}, default`;
}
