import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** The program of each page in a browser: one file each, with all that it runs, as `dist/pages/NAME.js`. */
const PAGES: Readonly<Record<string, string>> = {
  live: "src/adapter/dashboard/browser/main.ts",
  report: "simulations/report/browser/main.ts",
  server: "simulations/server/page/browser/main.ts",
  playground: "simulations/playground/browser/main.ts",
  playground_worker: "simulations/playground/browser/worker.ts",
};

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  logLevel: "warn",
  publicDir: false,
  builder: {
    async buildApp(builder) {
      // There is also an environment "client", which would be a site of pages with a server behind it.
      const pages = Object.entries(builder.environments).filter(([name]) => name in PAGES);
      await Promise.all(pages.map(([, page]) => builder.build(page)));
    },
  },
  environments: Object.fromEntries(
    Object.entries(PAGES).map(([name, entry]) => [
      name,
      {
        consumer: "client",
        build: {
          outDir: at("dist/pages"),
          emptyOutDir: false,
          target: "es2022",
          reportCompressedSize: false,
          rolldownOptions: { input: at(entry), output: { format: "iife", entryFileNames: `${name}.js` } },
        },
      },
    ]),
  ),
});
