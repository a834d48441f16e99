import { COMMANDS } from "../../../../dist/src/cli/commands.js";

/** What `sluice NAME --help` says. */
export async function helpOf(name) {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) throw new Error(`sluice has no command ${name}`);
  const { help } = await load();
  return `\`\`\`text\n${help.trimEnd()}\n\`\`\``;
}

/** A line a command. */
export async function tableOfCommands() {
  const rows = Object.entries(COMMANDS).map(
    async ([name, load]) => `| [\`sluice ${name}\`](#sluice-${name}) | ${(await load()).summary} |`,
  );
  return ["| command | does |", "| --- | --- |", ...(await Promise.all(rows))].join("\n");
}
