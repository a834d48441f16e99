import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npm } from "./npm.mjs";
import { MATRIX, ROOT } from "./paths.mjs";

/** Packs what `npm run build` left in dist/, and installs it beside the SDKs, as a user would; no lock file changes. */
export async function pack() {
  const home = mkdtempSync(join(tmpdir(), "sluice-matrix-"));
  try {
    const [packed] = JSON.parse(npm(["pack", "--json", "--ignore-scripts", "--pack-destination", home], ROOT));
    npm(["install", "--no-save", join(home, packed.filename)], MATRIX);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
