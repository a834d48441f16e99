import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What every page wears beside its own style: the chart library's sheet, and its licence, which goes where it goes. */
export interface ChartAssets {
  readonly style: string;
  readonly license: string;
}

/** Where the build puts what it makes: around this file when that is built, in `dist` when it is run from its source. */
const FOLDERS = ["../../", "../../dist/"].map((path) => fileURLToPath(new URL(path, import.meta.url)));

let chartAssets: ChartAssets | undefined;
const scripts = new Map<string, string>();

/**
 * Reads uPlot's style sheet and licence from where it is installed, once.
 *
 * @throws where the package isn't installed
 */
export function readChartAssets(): ChartAssets {
  if (chartAssets !== undefined) return chartAssets;
  const folder = dirname(createRequire(import.meta.url).resolve("uplot"));
  const read = (...path: string[]): string => readFileSync(join(folder, ...path), "utf8");
  chartAssets = { style: read("uPlot.min.css"), license: read("..", "LICENSE") };
  return chartAssets;
}

/**
 * Reads a page's script as it was built, once: all that it runs is in it, and no text of it can end a script element.
 *
 * @param name one of the entries in `vite.config.ts`
 * @throws where it wasn't built
 */
export function readPageScript(name: string): string {
  let script = scripts.get(name);
  if (script === undefined) {
    script = harmless(readBuilt(`pages/${name}.js`));
    scripts.set(name, script);
  }
  return script;
}

/**
 * Reads a file that the build made, by its path in `dist`.
 *
 * @throws where it wasn't built
 */
export function readBuilt(path: string): string {
  const file = FOLDERS.map((folder) => join(folder, path)).find((each) => existsSync(each));
  if (file === undefined) throw new Error(`${path} isn't built: npm run build`);
  return readFileSync(file, "utf8");
}

/** The same program, in which no string ends its element or opens a comment. */
function harmless(script: string): string {
  return script.trimEnd().replaceAll(/<(?=\/script|!--)/gi, "\\x3C");
}
