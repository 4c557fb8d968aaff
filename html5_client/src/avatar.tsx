interface AvatarProps {
  readonly name: string;
  readonly presence?: "here" | "away" | undefined;
  readonly small?: boolean;
}

/** A name's initials in a circle. Says nothing that is not written beside it. */
export function Avatar({ name, presence, small }: AvatarProps) {
  return (
    <span class={`avatar${small ? " avatar-small" : ""}`} aria-hidden="true">
      {initials(name)}
      {presence && <span class={`presence presence-${presence}`} />}
    </span>
  );
}

function initials(name: string): string {
  const letters = name.split(/\s+/).flatMap((word) => /^\p{L}/u.exec(word)?.[0] ?? []);
  const ends = letters.length > 1 ? [letters[0], letters.at(-1)] : letters;
  return ends.join("").toUpperCase();
}
