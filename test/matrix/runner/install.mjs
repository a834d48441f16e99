import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npm } from "./npm.mjs";
import { MATRIX } from "./paths.mjs";

/** Installs what a folder's lock file names, the SDKs where none is said, unless it is there already. */
export async function install(folder = MATRIX, what = "the SDKs") {
  const lock = createHash("sha256")
    .update(readFileSync(join(folder, "package-lock.json")))
    .digest("hex");
  const stamp = join(folder, "node_modules", ".installed-from");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.error(`installing ${what}: npm ci, once`);
  npm(["ci"], folder);
  writeFileSync(stamp, lock);
}
