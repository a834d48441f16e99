import { readFileSync } from "node:fs";

let version: string | undefined;

/** The version of the package that this file was installed with, or `unknown`. */
export function packageVersion(): string {
  version ??= ["../../../package.json", "../../package.json"].map(versionIn).find((each) => each !== undefined);
  return version ?? "unknown";
}

/** From `dist/simulations/replay` the package is three floors up, from the sources two. */
function versionIn(path: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
    return name === "sluice" && typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}
