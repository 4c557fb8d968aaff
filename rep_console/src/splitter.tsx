import { useRef } from "react";
import type { KeyboardEvent, PointerEvent } from "react";

interface SplitterProps {
  readonly label: string;
  readonly hidden?: boolean;
  /** Along which axis it moves. */
  readonly axis: "x" | "y";
  readonly value: number;
  readonly least: number;
  readonly most: number;
  /** How much of `value` one pixel is: negative where dragging towards the end makes it smaller. */
  readonly perPixel: () => number;
  readonly change: (value: number) => void;
  readonly reset: () => void;
}

const STEP_PX = 16;

/** A line between two panes: dragged, moved by arrow keys, put back by a double click or Home. */
export function Splitter(props: SplitterProps) {
  const { label, hidden, axis, value, least, most, perPixel, change, reset } = props;
  const fromRef = useRef<{ at: number; value: number } | null>(null);

  const to = (wanted: number) => change(Math.round(Math.min(most, Math.max(least, wanted))));
  const at = (event: PointerEvent) => (axis === "x" ? event.clientX : event.clientY);

  function grab(event: PointerEvent<HTMLDivElement>): void {
    event.currentTarget.setPointerCapture(event.pointerId);
    fromRef.current = { at: at(event), value };
  }

  function drag(event: PointerEvent): void {
    const from = fromRef.current;
    if (from) to(from.value + (at(event) - from.at) * perPixel());
  }

  function onKeyDown(event: KeyboardEvent): void {
    const steps = STEPS[axis][event.key];
    if (steps) to(value + steps * STEP_PX * perPixel());
    else if (event.key === "Home") reset();
    else return;
    event.preventDefault();
  }

  return (
    <div
      className={`splitter splitter-${axis}`}
      role="separator"
      hidden={hidden}
      aria-label={label}
      aria-orientation={axis === "x" ? "vertical" : "horizontal"}
      aria-valuenow={Math.round(value)}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onPointerDown={grab}
      onPointerMove={drag}
      onPointerUp={() => (fromRef.current = null)}
      onPointerCancel={() => (fromRef.current = null)}
      onDoubleClick={reset}
      onKeyDown={onKeyDown}
    />
  );
}

const STEPS: Readonly<Record<"x" | "y", Readonly<Record<string, number>>>> = {
  x: { ArrowLeft: -1, ArrowRight: 1 },
  y: { ArrowUp: -1, ArrowDown: 1 },
};
