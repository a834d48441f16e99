import { mkdirSync, writeFileSync } from "node:fs";
import { renderPlayground } from "./page.js";

// The build runs this: dist/playground is a folder that any web host can serve, and the command serves the same.
const folder = new URL("../../playground/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("index.html", folder), renderPlayground());
