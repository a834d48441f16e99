import { COMMANDS } from "../../../../dist/src/cli/commands.js";

/** A line a command. */
export async function tableOfCommands() {
  const rows = (await allCommands()).map(
    ([name, { summary }]) => `| [\`sluice ${name}\`](#sluice-${name}) | ${summary} |`,
  );
  return ["| command | does |", "| --- | --- |", ...rows].join("\n");
}

/** What `--help` says of each, under a heading of its own. */
export async function helpsOfCommands() {
  const parts = (await allCommands()).map(
    ([name, { help }]) => `## sluice ${name}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\``,
  );
  return parts.join("\n\n");
}

function allCommands() {
  return Promise.all(Object.entries(COMMANDS).map(async ([name, load]) => [name, await load()]));
}
