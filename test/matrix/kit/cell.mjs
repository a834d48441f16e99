import { versionOf } from "./report.mjs";

// How a cell of an SDK is called: the name that the README has for it, then its packages, each as NAME=INSTALLED.
const [name, ...words] = process.argv.slice(2);

export const sdk = name;
/** Under which names its packages are installed here. @type {Readonly<Record<string, string>>} */
export const packages = Object.fromEntries(words.map((word) => word.split("=")));
/** What they are in, in the order of the words. */
export const version = Object.values(packages).map(versionOf).join(", ");
