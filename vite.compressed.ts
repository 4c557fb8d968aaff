/**
 * Writes each file of a page gzipped beside it, once, while building.
 *
 * The broker sends that one to whoever takes it and so compresses nothing itself.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Fonts, pictures and sounds are compressed already. */
const WORTH = /\.(?:css|js|json|svg|wasm)$/;

/** Write `NAME.gz` beside each file of the build that becomes smaller. */
export function compressed(): Plugin {
  return {
    name: "deskside-compressed",
    apply: "build",
    writeBundle({ dir = "dist" }, bundle) {
      for (const name of Object.keys(bundle).filter((each) => WORTH.test(each))) {
        compress(join(dir, name));
      }
    },
  };
}

function compress(path: string): void {
  const plain = readFileSync(path);
  const packed = gzipSync(plain, { level: constants.Z_BEST_COMPRESSION });
  if (packed.length < plain.length) writeFileSync(`${path}.gz`, packed);
}
