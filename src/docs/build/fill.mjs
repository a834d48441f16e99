import { tableOfAdvice, tableOfErrors, tableOfReasons, tableOfWarnings } from "./fillers/codes.mjs";
import { helpsOfCommands, tableOfCommands } from "./fillers/command.mjs";
import { pictureOf } from "./fillers/picture.mjs";
import { playground } from "./fillers/playground.mjs";
import { readmeSection, readmeTable } from "./fillers/readme.mjs";
import { linesFor, versionsOf } from "./fillers/sdk.mjs";
import { simulations } from "./fillers/simulations.mjs";

/**
 * What may stand in a guide, alone on its line and in double braces, for what the sources know better than any guide:
 * `{{ sdk openai }}`. What they give is Markdown.
 */
export const FILLERS = {
  advice: tableOfAdvice,
  commands: tableOfCommands,
  errors: tableOfErrors,
  helps: helpsOfCommands,
  picture: pictureOf,
  playground,
  reasons: tableOfReasons,
  "readme-section": readmeSection,
  "readme-table": readmeTable,
  sdk: linesFor,
  simulations,
  versions: versionsOf,
  warnings: tableOfWarnings,
};

const PLACE = /^\{\{ ([a-z-]+)(?: (.+?))? \}\}$/gm;

/**
 * A guide with all its places filled.
 *
 * @param {Pick<import("./guides.mjs").Guide, "path" | "text">} guide
 * @returns {Promise<string>}
 * @throws Error naming the guide and the place, where nothing can fill it
 */
export async function filled({ path, text }) {
  const filling = [...text.matchAll(PLACE)].map(async ([place, name, word]) => {
    const filler = Object.hasOwn(FILLERS, name) ? FILLERS[name] : undefined;
    if (filler === undefined) throw new Error(`${path}: nothing fills ${place}; there are ${Object.keys(FILLERS)}`);
    try {
      return await filler(word);
    } catch (error) {
      throw new Error(`${path}: ${place}: ${error.message}`, { cause: error });
    }
  });
  const parts = await Promise.all(filling);
  return text.replaceAll(PLACE, () => parts.shift());
}
