import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../paths.mjs";

/** The guide that stands with the simulations, without its title; links to files begin at the repository's root. */
export function simulations() {
  const text = readFileSync(join(ROOT, "simulations/README.md"), "utf8")
    .replace(/^# .+\n/, "")
    .trim();
  return text.replaceAll(/(\]\()(?!https?:|#)([^)]+\))/g, "$1/simulations/$2");
}
