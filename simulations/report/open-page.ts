import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** What starts the browser of a system. The first word is the program. */
export function openerOf(platform: NodeJS.Platform, url: string): readonly [string, ...string[]] {
  switch (platform) {
    case "darwin":
      return ["open", url];
    case "win32":
      // `start` takes its first quoted word for a title.
      return ["cmd", "/c", "start", '""', url];
    default:
      return ["xdg-open", url];
  }
}

/**
 * Opens a page in the user's browser. Never fails: where it can't, it says why, and where the page is.
 *
 * @param page a file's path, or a URL that begins with `http`
 * @returns undefined where the browser was told, else what to tell the user
 */
export function openPage(page: string, opener = openerOf): Promise<string | undefined> {
  const url = /^https?:/.test(page) ? page : pathToFileURL(resolve(page)).href;
  const [program, ...words] = opener(process.platform, url);
  const failed = (why: string): string => `couldn't open the page (${why}); open it yourself: ${url}`;
  return new Promise((done) => {
    try {
      const child = spawn(program, words, { stdio: "ignore", detached: true });
      child.once("error", (error) => done(failed(`${program}: ${error.message}`)));
      child.once("exit", (code) => done(code === 0 ? undefined : failed(`${program} ended with ${code}`)));
      // A browser that stays in the foreground is open.
      child.once("spawn", () => child.unref());
    } catch (error) {
      done(failed(String(error)));
    }
  });
}
