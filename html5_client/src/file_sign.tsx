import type { FileKind } from "@deskside/browser/contract";

/** A sheet of paper, with what is on it. */
export function FileSign({ kind }: { kind: FileKind | "" }) {
  return (
    <svg class="file-sign" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M6.500 3.500h7l4.500 4.500v12.500h-11.500zM13.500 3.500v4.500h4.500" />
      <path d={SIGNS[kind] ?? WRITTEN} />
    </svg>
  );
}

const WRITTEN = "M9.500 12.500h5M9.500 15.500h5";
const SIGNS: Readonly<Partial<Record<FileKind | "", string>>> = {
  picture: "M8.500 17.500l2.500-3.500 2 2.500 1-1.200 1.800 2.200M14.500 12h.1",
  mp3: "M10.500 16.500v-5l3.500-1v5M10.500 16.500a1.200 1.200 0 1 1-2.400 0 1.200 1.200 0 0 1 2.400 0M14 15.500a1.200 1.200 0 1 1-2.400 0 1.200 1.200 0 0 1 2.400 0",
  mp4: "M10.500 11.500l4 2.500-4 2.500z",
  zip: "M11 11h2M11 13h2M11 15h2v2.500h-2z",
  msi: "M12 11v5M9.800 14 12 16.200 14.200 14",
};
