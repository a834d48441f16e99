import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The library that draws, as it was published: read from where it is installed, so that the page needs no network. */
export interface Assets {
  readonly script: string;
  readonly style: string;
  readonly license: string;
}

let assets: Assets | undefined;

/**
 * Reads uPlot's build for browsers, once.
 *
 * @throws where the package isn't installed
 */
export function readAssets(): Assets {
  if (assets !== undefined) return assets;
  const folder = dirname(createRequire(import.meta.url).resolve("uplot"));
  const read = (...path: string[]): string => readFileSync(join(folder, ...path), "utf8");
  assets = { script: read("uPlot.iife.min.js"), style: read("uPlot.min.css"), license: read("..", "LICENSE") };
  return assets;
}
