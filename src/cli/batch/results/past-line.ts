import { isRecord } from "../../../record.js";
import { type Members, membersOf } from "./members.js";

/** What a line of a results file says of a request. */
export interface PastResult {
  readonly customId: string | null;
  readonly isFailure: boolean;
  /** Of a line that was not sent: its number and the reason. */
  readonly problem?: { readonly line: number; readonly code: string };
}

/** Reads a line back, ours or the hosted batch's; undefined for anything that isn't a result. */
export function parsePastLine(text: string): PastResult | undefined {
  const members = membersOf(text);
  if (members === undefined) return undefined;
  const { custom_id: customId, result } = members;
  if (customId !== null && typeof customId !== "string") return undefined;
  return isRecord(result) ? ofAnthropic(customId, result) : ofOpenai(customId, members);
}

function ofAnthropic(customId: string | null, { type }: Members): PastResult | undefined {
  if (type === "succeeded") return { customId, isFailure: false };
  return type === "errored" || type === "canceled" || type === "expired" ? { customId, isFailure: true } : undefined;
}

function ofOpenai(customId: string | null, { response = null, error = null }: Members): PastResult | undefined {
  if (response !== null) {
    if (!isRecord(response) || typeof response["status_code"] !== "number") return undefined;
    const status = response["status_code"];
    return { customId, isFailure: status < 200 || status >= 300 };
  }
  if (!isRecord(error)) return undefined;
  const { line, code } = error;
  if (typeof line !== "number") return { customId, isFailure: true };
  return { customId, isFailure: true, problem: { line, code: String(code) } };
}
