import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

const SHIPPED = ["preact", "@preact/signals", "@fontsource-variable/inter"];

/** What is built into the page comes with the licences that it was given under. */
function notices() {
  const licence = (name) => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim()}\n`;
  return {
    name: "notices",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "notices.txt", source: SHIPPED.map(licence).join("\n----\n\n") });
    },
  };
}

// The built files are committed: names carry a hash of their content, and two builds give equal bytes.
export default defineConfig({
  plugins: [notices()],
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    outDir: "../static",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    reportCompressedSize: false,
    rollupOptions: { external: [/^\/fonts\//] },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8765", "/fonts": "http://127.0.0.1:8765" } },
});
