import type { Organisation } from "../../../simulations/server/organisations.js";
import { UsageError } from "../command.js";
import { type LimitFlags, limitOf, sharedOf } from "./limit.js";

/** What may stand behind an organisation's key: options of the limit, by their own names. */
const FIELDS = ["limit", "tokens", "base", "cap", "usage-window", "depth", "in-flight", "shared"] as const;

/**
 * Reads `--org NAME=KEY[,key=ANOTHER][,limit=5]…`. What is said of its limit stands beside what is said of everybody's. A key isn't
 * repeated in an error.
 *
 * @throws UsageError that names the option, the organisation and the field
 */
export function readOrganisation(text: string, standard: LimitFlags): Organisation {
  const [head = "", ...rest] = text.split(",");
  const [, name = "", key = ""] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/.exec(head) ?? [];
  if (name === "" || key === "") throw new UsageError("--org must be NAME=KEY, and may go on as in NAME=KEY,limit=5");
  const keys = [key];
  const own: Partial<Record<(typeof FIELDS)[number], string>> = {};
  for (const part of rest) {
    const [, field = "", value = ""] = /^\s*([a-z-]+)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
    const known = FIELDS.find((each) => each === field);
    if (known !== undefined) own[known] = value;
    else if (field === "key" && value !== "") keys.push(value);
    else throw new UsageError(`--org ${name}: unknown '${field}'; there are key, ${FIELDS.join(", ")}`);
  }
  const { shared, ...limits } = own;
  try {
    // What the platform carries is the same for everybody.
    const { capacity: _, ...flags } = standard;
    return {
      name,
      keys,
      ...(Object.keys(limits).length > 0 && { limit: limitOf({ ...flags, ...limits }) }),
      ...sharedOf({ ...flags, shared }),
    };
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`--org ${name}: ${error.message}`) : error;
  }
}
