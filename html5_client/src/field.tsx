import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Described {
  readonly id: string;
  readonly class: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: boolean;
}

interface FieldProps {
  readonly label: string;
  readonly error?: string;
  readonly children: (about: Described) => ComponentChildren;
}

/** A label, an input and what is wrong with it, tied together for assistive technology. */
export function Field({ label, error = "", children }: FieldProps) {
  const id = useId();
  const described = error ? { "aria-describedby": `${id}-error`, "aria-invalid": true } : {};
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, class: "input", ...described })}
      {error && (
        <p class="error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
