import { useState } from "preact/hooks";

interface AvatarProps {
  readonly name: string;
  /** Whose photo is to be shown, if there is one. */
  readonly rep?: string | undefined;
  readonly presence?: "here" | "away" | undefined;
  readonly small?: boolean;
}

/** A photo, or a name's initials, in a circle. Says nothing that is not written beside it. */
export function Avatar({ name, rep, presence, small }: AvatarProps) {
  return (
    <span class={`avatar${small ? " avatar-small" : ""}`} aria-hidden="true">
      {initials(name)}
      {rep && <Photo key={rep} rep={rep} />}
      {presence && <span class={`presence presence-${presence}`} />}
    </span>
  );
}

/** Covers the initials once it is there; where there is no photo they stay. */
function Photo({ rep }: { rep: string }) {
  const [state, setState] = useState<"" | "there" | "none">("");
  if (state === "none") return null;
  return (
    <img
      class="avatar-photo"
      src={`/v1/reps/${encodeURIComponent(rep)}/photo`}
      alt=""
      hidden={state === ""}
      onLoad={() => setState("there")}
      onError={() => setState("none")}
    />
  );
}

function initials(name: string): string {
  const letters = name.split(/\s+/).flatMap((word) => /^\p{L}/u.exec(word)?.[0] ?? []);
  const ends = letters.length > 1 ? [letters[0], letters.at(-1)] : letters;
  return ends.join("").toUpperCase();
}
