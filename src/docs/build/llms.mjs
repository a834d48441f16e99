import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT, SITE } from "./paths.mjs";

/** Where the guides lie in the site as Markdown, filled. */
const FOLDER = "guides";

/** What a program needs to know of the types, in the order in which it needs them. */
const TYPES = ["sluice", "options", "errors", "flow/event", "flow/budgets", "signal/signal", "cost", "state"];

/**
 * Writes the guides for programs that read: `llms.txt` (https://llmstxt.org) lists them, `llms-full.txt` has all of them and
 * the types, and each lies in the site as Markdown.
 *
 * @param {readonly (import("./guides.mjs").Guide & { readonly file: string })[]} guides
 */
export function writeLlms(guides) {
  const { description } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  for (const { path, text } of guides) writeGuide(path, text);
  const [front, ...rest] = guides;
  const groups = [...new Set(rest.map(({ group }) => group))].map((group) => {
    const lines = rest.filter((guide) => guide.group === group).map(lineOf);
    return [`## ${group}`, "", ...lines].join("\n");
  });
  const api = [
    "## Types",
    "",
    "- [All guides and types in one file](llms-full.txt)",
    "- [API](index.html): for browsers",
  ];
  const head = `# sluice\n\n> ${description}\n\n${introOf(front.text)}`;
  writeFileSync(join(SITE, "llms.txt"), `${[head, ...groups, api.join("\n")].join("\n\n")}\n`);
  writeFileSync(
    join(SITE, "llms-full.txt"),
    `${[...guides.map(({ text }) => text.trim()), typesText()].join("\n\n")}\n`,
  );
}

/** Pictures lie where TypeDoc has put them. */
function writeGuide(path, text) {
  const file = join(SITE, FOLDER, path);
  mkdirSync(dirname(file), { recursive: true });
  const media = relative(dirname(path), "../media");
  writeFileSync(file, `${text.replaceAll(/\]\((?:\.\.\/)?pictures\//g, `](${media}/`).trim()}\n`);
}

const lineOf = ({ title, path, about }) => `- [${title}](${join(FOLDER, path)}): ${about}`;

/** What the front page says before its first list. */
const introOf = (text) =>
  text
    .replace(/^# .+\n/, "")
    .split(/^## /m, 1)[0]
    .trim();

function typesText() {
  const parts = TYPES.map((name) => {
    const file = join(ROOT, "dist/src", `${name}.d.ts`);
    return `## ${relative(join(ROOT, "dist"), file)}\n\n\`\`\`ts\n${readFileSync(file, "utf8").trim()}\n\`\`\``;
  });
  return ["# Types", ...parts].join("\n\n");
}
