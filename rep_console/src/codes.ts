/** Session codes that a rep has made, kept while they look at something else. */
export interface CodeMade {
  readonly code: string;
  readonly url: string;
  readonly expires_at: number;
  /** Where it was mailed to, or empty. */
  readonly email: string;
}

/** Return those of `codes` that can still be told at `now` (ms, the broker's clock). */
export function living(codes: readonly CodeMade[], now: number): readonly CodeMade[] {
  return codes.filter(({ expires_at: until }) => until > now);
}
