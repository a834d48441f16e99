import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Command } from "../src/cli/command.js";
import { REASONS } from "../src/index.js";
import { fencesOf, regionsOf } from "./examples/regions.js";

interface Guide {
  readonly path: string;
  readonly title: string;
  readonly group: string;
  readonly text: string;
}

const GUIDES = "src/docs/guides";
const EXAMPLES = "test/examples";
const mine = readdirSync(join(EXAMPLES, "guides")).map((name) => join(EXAMPLES, "guides", name));
const others = ["readme.ts", "bullmq.mjs", "your-application.realtime.test.ts"].map((name) => join(EXAMPLES, name));
const regions = regionsOf([...mine, join(EXAMPLES, "virtual-clock.test.ts")]);
const elsewhere = regionsOf(others);

const load = (path: string): Promise<unknown> => import(String(new URL(`../src/docs/build/${path}`, import.meta.url)));

/** How a heading is addressed, at GitHub and in the site. */
const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

const withoutCode = (markdown: string): string => markdown.replaceAll(/^```[\s\S]*?^```/gm, "");
const headingsOf = (markdown: string): readonly string[] =>
  [...withoutCode(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => slug(heading));

describe("the guides", () => {
  let guides: readonly Guide[] = [];
  let commands: Readonly<Record<string, () => Promise<Command>>> = {};
  const filled = new Map<string, string>();

  beforeAll(async () => {
    const { readGuides } = (await load("guides.mjs")) as { readGuides(): readonly Guide[] };
    const { filled: fill } = (await load("fill.mjs")) as { filled(guide: Guide): Promise<string> };
    // As built: that is what the guides are filled from.
    ({ COMMANDS: commands } = (await load("../../../dist/src/cli/commands.js")) as { COMMANDS: typeof commands });
    guides = readGuides();
    for (const guide of guides) filled.set(guide.path, await fill(guide));
  });

  it("are all listed on the front page, each with its title", () => {
    const files = readdirSync(GUIDES, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md"));
    expect(guides.map(({ path }) => path).sort()).toEqual(files.sort());
    expect(new Set(guides.map(({ title }) => title)).size).toBe(guides.length);
  });

  it("have no place that stayed empty", () => {
    for (const [path, text] of filled) expect([path, text.match(/\{\{ .*?\}\}|<<.*?>>/g)]).toEqual([path, null]);
  });

  it("have no other TypeScript than what was compiled, and leave none of it out", () => {
    const fences = guides.flatMap(({ text }) => fencesOf(text, "ts"));
    const compiled = [...regions.values(), ...elsewhere.values()];
    expect(fences.filter((fence) => !compiled.includes(fence))).toEqual([]);
    expect([...regions].filter(([, code]) => !fences.includes(code)).map(([name]) => name)).toEqual([]);
  });

  it("link only to what is there, and to headings that are there", () => {
    const broken: string[] = [];
    for (const [path, text] of filled) {
      for (const [, to = "", anchor] of withoutCode(text).matchAll(/\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)/g)) {
        const target = to === "" ? path : join(dirname(path), to);
        const there = to.startsWith("/") ? existsSync(`.${to}`) : filled.has(target) || /^pictures\//.test(to);
        const heading = anchor === undefined || headingsOf(filled.get(target) ?? "").includes(anchor);
        if (!there || !heading) broken.push(`${path}: ${to}${anchor === undefined ? "" : `#${anchor}`}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it("name only commands and options that there are", async () => {
    const unknown: string[] = [];
    const lines = [...filled.values()].flatMap((text) => fencesOf(text, "sh").flatMap((fence) => fence.split("\n")));
    const spoken = [...filled.values()].flatMap((text) => [...text.matchAll(/`((?:npx )?sluice [^`\n]+)`/g)]);
    for (const line of [...lines, ...spoken.map(([, words = ""]) => words)]) {
      const [, name = "", rest = ""] = /^(?:npx )?sluice ([a-z]+)(.*)$/.exec(line) ?? [];
      if (name === "") continue;
      const help = (await commands[name]?.())?.help ?? "";
      const options = [...rest.matchAll(/\s(--[a-z-]+)/g)].map(([, option = ""]) => option);
      if (help === "" || options.some((option) => !help.includes(option))) unknown.push(line);
    }
    expect(lines.length).toBeGreaterThan(10);
    expect(unknown).toEqual([]);
  });

  it("have a page for every SDK of the README, and the help of every command", async () => {
    const { readmeLines } = (await import(String(new URL("matrix/runner/sdks.mjs", import.meta.url)))) as {
      readmeLines(): ReadonlyMap<string, readonly string[]>;
    };
    const all = guides.map(({ text }) => text).join("\n");
    for (const sdk of readmeLines().keys()) expect(all).toContain(`{{ sdk ${sdk} }}`);
    for (const command of Object.keys(commands)) expect(filled.get("command.md")).toContain(`\n## sluice ${command}\n`);
  });

  it("have every code in their tables", async () => {
    const { codesOf } = (await load("fillers/codes.mjs")) as {
      codesOf(file: string, mark: string): ReadonlyMap<string, string>;
    };
    const codes = filled.get("codes.md") ?? "";
    for (const reason of Object.keys(REASONS)) expect(codes).toContain(`| \`${reason}\` |`);
    for (const type of ["advice", "warning"]) {
      const [, union = ""] = new RegExp(`type: "${type}";[\\s\\S]*?code: ([^;]+);`).exec(
        readFileSync("src/flow/event.ts", "utf8"),
      ) ?? [""];
      const found = [...codesOf("src/flow/event.ts", `readonly type: "${type}";`).keys()];
      expect(found).toEqual([...union.matchAll(/"([\w-]+)"/g)].map(([, code]) => code));
      for (const code of found) expect(codes).toContain(`| \`${code}\` |`);
    }
    const errors = [...readFileSync("src/errors.ts", "utf8").matchAll(/\| "(ERR_SLUICE_\w+)"/g)].map(
      ([, code]) => code,
    );
    expect(errors.length).toBeGreaterThan(8);
    for (const code of errors) expect(filled.get("errors.md")).toContain(`| \`${code}\` |`);
    expect(() => codesOf("src/pace/backoff.ts", "export type RetryKind")).toThrow("doesn't say what");
  });
});
