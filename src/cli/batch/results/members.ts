import { isRecord } from "../../../record.js";

/** What stands in a JSON object. */
export type Members = Readonly<Partial<Record<string, unknown>>>;

/** The members of the object that a line is; undefined where it is something else, or cut off. */
export function membersOf(line: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
