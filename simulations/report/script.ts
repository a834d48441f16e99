import { KIT } from "./browser/kit.js";

/** The script of a page: the kit's functions as their own text, handed to one another, and the start. */
export function pageScript(): string {
  return scriptOf(KIT, `page.start(page, JSON.parse(document.getElementById("data").textContent));`);
}

/** A script made of functions that reach one another, and the library that draws, through `page`; then `start` runs. */
export function scriptOf(kit: Readonly<Record<string, unknown>>, start: string): string {
  const functions = Object.entries(kit).map(([name, each]) => `${name}: ${String(each)}`);
  return `"use strict";
const page = {
uPlot,
${functions.join(",\n")}
};
${start}`;
}
