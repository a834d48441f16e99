import { chmod, lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Io } from "../command.js";

/**
 * Where the programs of a user leave word for one another: in the system's own folder for that, which goes with the session, or
 * beneath the user's home. Undefined for a program without a home.
 */
export function runtimeFolder(env: Io["env"], platform: NodeJS.Platform = process.platform): string | undefined {
  const { SLUICE_RUNTIME_DIR: own, XDG_RUNTIME_DIR: session, LOCALAPPDATA: local, HOME: home } = env;
  if (own !== undefined && own !== "") return own;
  if (session !== undefined && session !== "") return join(session, "sluice");
  if (platform === "win32" && local !== undefined && local !== "") return join(local, "sluice", "run");
  return home === undefined || home === "" ? undefined : join(home, ".cache", "sluice", "run");
}

/**
 * Makes a folder that nobody else can look into, and makes sure that it is one.
 *
 * @throws where it can't be had, or is somebody else's
 */
export async function openPrivately(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stats = await lstat(folder);
  const { getuid } = process;
  // Windows has no such numbers: what is beneath the user's own folder is the user's.
  if (getuid === undefined) return;
  if (!stats.isDirectory() || stats.uid !== getuid()) throw new Error(`${folder} is not a folder of your own`);
  if ((stats.mode & 0o077) !== 0) await chmod(folder, 0o700);
}
