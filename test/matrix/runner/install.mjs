import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npm } from "./npm.mjs";
import { MATRIX } from "./paths.mjs";

/** Installs the SDKs that the lock file names, unless they are there already. */
export async function install() {
  const lock = createHash("sha256")
    .update(readFileSync(join(MATRIX, "package-lock.json")))
    .digest("hex");
  const stamp = join(MATRIX, "node_modules", ".installed-from");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.error("installing the SDKs: npm ci, once");
  npm(["ci"], MATRIX);
  writeFileSync(stamp, lock);
}
