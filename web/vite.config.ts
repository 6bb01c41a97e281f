/** How the pages are built and tested: into the server's package, without inline scripts, which its policy forbids. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/",
  build: {
    outDir: "../src/paddock/web",
    emptyOutDir: true,
    assetsDir: "assets",
    target: "es2020",
    sourcemap: false,
    assetsInlineLimit: 1024,
    modulePreload: { polyfill: false },
  },
  test: {
    // Whoever needs a document says so at the top of the file: // @vitest-environment happy-dom
    environment: "node",
    include: ["test/**/*.test.ts"],
  },
});
