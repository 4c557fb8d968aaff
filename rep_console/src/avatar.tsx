import type { CSSProperties } from "react";

interface AvatarProps {
  readonly name: string;
  readonly hue: number;
  readonly size?: "small" | "large";
}

/** The initials of a customer on the colour of their session. Beside it stands the name. */
export function Avatar({ name, hue, size = "large" }: AvatarProps) {
  return (
    <span className={`avatar avatar-${size}`} style={toneOf(hue)} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

/** What gives an element, and all in it, the colour of a session. */
export function toneOf(hue: number): CSSProperties {
  return { "--hue": hue } as CSSProperties;
}

/** Return the first letters of the first and the last word of `name`, in any script. */
export function initials(name: string): string {
  const words = name.split(/[\s.@_-]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return (
    ends
      .map((word = "") => Array.from(word)[0])
      .join("")
      .toUpperCase() || "?"
  );
}
