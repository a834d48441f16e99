import { execFileSync } from "node:child_process";

/** What a runtime calls its version. */
export function versionOf(program) {
  const [version = ""] = /\d[-.\d]*/.exec(execFileSync(program, ["--version"], { encoding: "utf8" })) ?? [];
  return version;
}

/** The first line that a program writes. @throws Error with all that it wrote, where it ends before */
export async function firstLine(stream) {
  stream.setEncoding("utf8");
  let text = "";
  for await (const piece of stream.iterator({ destroyOnReturn: false })) {
    text += piece;
    if (text.includes("\n")) return text.slice(0, text.indexOf("\n")).trim();
  }
  throw new Error(`it said only: ${text}`);
}
