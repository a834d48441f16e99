import type { Fault } from "../../../simulations/server/fault.js";
import { fault } from "../../../simulations/server/schema.js";
import { checkWords, durationIn, type Fields, numberIn, readWords, TIMES } from "./words.js";

const FIELDS: Fields = {
  ...TIMES,
  times: ["times", numberIn],
  model: ["model", (text) => text],
  wait: ["waitMs", durationIn],
};

/** Reads `--fault KIND[:SHARE][,from=10s][,until=1m][,times=3][,model=ID][,wait=20s]`. @throws UsageError */
export function readFault(text: string, option = "fault"): Fault {
  const { kind, value, fields } = readWords(option, text, FIELDS);
  const share = value === undefined ? {} : { share: numberIn(value) };
  return checkWords<Fault>(option, text, fault, { kind, ...share, ...fields });
}
