import { createSluice } from "sluice";

const sluice = createSluice();

// #region record
import { createWriteStream } from "node:fs";
import { recordLog } from "sluice/simulations";

/** Takes down what happens, until the function that it gives is called, or the sluice is closed. */
export function record(path: string): () => void {
  const log = createWriteStream(path);
  return recordLog(sluice, (line) => log.write(line));
}
// #endregion
