/** Keeps the page small: customers come with old phones and poor lines. */
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Make the build fail when a visitor would load more than `most` KiB of script, gzipped. */
export function sizeLimit(most: number): Plugin {
  return {
    name: "deskside-size-limit",
    generateBundle(_, bundle) {
      const scripts = Object.values(bundle).filter((file) => file.type === "chunk");
      const size = (each: (typeof scripts)[number]) => gzipSync(each.code).length / 1024;
      const always = scripts.filter(({ isEntry }) => isEntry).map(size);
      // Of the languages a visitor loads one.
      const largest = Math.max(0, ...scripts.filter(({ isEntry }) => !isEntry).map(size));
      const total = always.reduce((sum, each) => sum + each, largest);
      if (total > most) this.error(`${total.toFixed(1)} KiB of script, ${most} are allowed`);
      this.info(`${total.toFixed(1)} KiB of script, gzipped; ${most} are allowed`);
    },
  };
}
