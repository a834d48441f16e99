import { KIT } from "./browser/kit.js";

/** The script of a page: the kit's functions as their own text, handed to one another, and the start. */
export function pageScript(): string {
  const functions = Object.entries(KIT).map(([name, each]) => `${name}: ${String(each)}`);
  return `"use strict";
const page = {
uPlot,
${functions.join(",\n")}
};
page.start(page, JSON.parse(document.getElementById("data").textContent));`;
}
