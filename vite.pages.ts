/**
 * How both pages are built.
 *
 * The broker serves `index.html` with a Content-Security-Policy that allows no inline script and no
 * other host, so everything is a file of its own, hashed, below `/assets/`.
 */
import type { UserConfig } from "vite";

/** The Vite configuration of a page whose files the broker serves below `/assets/{name}/`. */
export function page(name: string): UserConfig {
  return {
    base: "/",
    build: {
      assetsDir: `assets/${name}`,
      // A data: address would need an exception in the policy.
      assetsInlineLimit: 0,
      // Every browser that has WebCodecs preloads modules itself.
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
    server: {
      proxy: { "/v1": { target: "http://127.0.0.1:8080", ws: true } },
    },
  };
}
