import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lock } from "../../../../src/cli/batch/results/lock.js";
import { UsageError } from "../../../../src/cli/command.js";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-lock-"));
  path = join(folder, "out.jsonl");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process that was, and is no more. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "0"]);
  await once(child, "exit");
  return child.pid ?? 0;
}

const owner = (part: object) => JSON.stringify({ pid: process.pid, host: hostname(), began: null, ...part });

describe("lock", () => {
  it("keeps a second run away until the first lets go, and leaves nothing behind", async () => {
    const release = await lock([path, join(folder, "errors.jsonl")]);
    await expect(lock([join(folder, "errors.jsonl")])).rejects.toThrow(
      `errors.jsonl is being written by process ${process.pid} on ${hostname()}; wait for its end, or remove`,
    );
    await expect(lock([path])).rejects.toBeInstanceOf(UsageError);
    await release();
    await (await lock([path]))();
    expect(await readdir(folder)).toEqual([]);
  });

  it("gives back what it has where it can't have all", async () => {
    const release = await lock([path]);
    const other = join(folder, "other.jsonl");
    await expect(lock([other, path])).rejects.toThrow(/is being written/);
    await (await lock([other]))();
    await release();
  });

  it("is one for all names of a file", async () => {
    await writeFile(path, "");
    const alias = join(folder, "alias.jsonl");
    await symlink(path, alias);
    const release = await lock([path]);
    await expect(lock([alias])).rejects.toThrow(/is being written/);
    await release();
  });

  it("is broken where its owner is dead, or another process has its number", async () => {
    for (const part of [{ pid: await deadPid() }, { began: "1" }]) {
      await writeFile(`${path}.lock`, owner(part));
      const release = await lock([path]);
      expect(JSON.parse(await readFile(`${path}.lock`, "utf8"))).toMatchObject({ pid: process.pid });
      await release();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it("stands where the owner lives, is on another machine", async () => {
    for (const text of [owner({}), owner({ pid: await deadPid(), host: "elsewhere" })]) {
      await writeFile(`${path}.lock`, text);
      await expect(lock([path])).rejects.toThrow(/is being written by process \d+ on/);
    }
  });

  it("lets any number write into a device", async () => {
    await (await lock(["/dev/null"]))();
    const releases = await Promise.all([lock(["/dev/null"]), lock(["/dev/null"])]);
    await Promise.all(releases.map((release) => release()));
  });

  it("says which file it can't lock", async () => {
    await expect(lock([join(folder, "no", "out.jsonl")])).rejects.toThrow(/cannot lock .*out.jsonl: ENOENT/);
  });

  it("is had by one of many who come at once upon a dead owner's", async () => {
    await writeFile(`${path}.lock`, owner({ pid: await deadPid() }));
    const module = new URL("../../../../dist/src/cli/batch/results/lock.js", import.meta.url).href;
    const script = `import { lock } from ${JSON.stringify(module)};
      await lock([${JSON.stringify(path)}]).then(() => { console.log("mine"); setTimeout(() => {}, 1e9); }, () => process.exit(2));`;
    const children = Array.from({ length: 6 }, () => spawn(process.execPath, ["--input-type=module", "-e", script]));
    const said = children.map(
      (child) =>
        new Promise<string>((resolve) => {
          child.stdout.once("data", () => resolve("mine"));
          child.once("exit", () => resolve("refused"));
        }),
    );
    const outcomes = await Promise.all(said);
    for (const child of children) child.kill("SIGKILL");
    expect(outcomes.filter((outcome) => outcome === "mine")).toHaveLength(1);
  });
});
