// #region options from a file
import { readFileSync } from "node:fs";
import { createSluice } from "sluice";

const sluice = createSluice(JSON.parse(readFileSync("sluice-options.json", "utf8")));

// #endregion

export { sluice };
