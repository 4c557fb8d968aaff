import { pieces } from "@deskside/browser/links";

/** What somebody wrote: plain text, its web addresses as links that tell nothing about us. */
export function Words({ text }: { text: string }) {
  return (
    <p className="words">
      {pieces(text).map(({ text: piece, href }, index) =>
        href ? (
          <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow">
            {piece}
          </a>
        ) : (
          piece
        ),
      )}
    </p>
  );
}
