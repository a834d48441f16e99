import type { BatchLine } from "./batches.js";

/** What is wrong with a line of a batch. */
export interface BatchFault {
  readonly code: string;
  /** Its number in the file, from 1. */
  readonly line: number;
  readonly message: string;
}

/** Longest id of a request, in characters, at OpenAI and Together. */
const ID_LENGTH_MAX = 64;
/** More aren't told. */
const FAULTS_MAX = 10;

/** What a batch is looked at for once it is taken: one endpoint, one model, and an id of its own for each request. */
export function faultsOf(endpoint: string, lines: readonly BatchLine[]): readonly BatchFault[] {
  const seen = new Set<string>();
  const model = modelOf(lines[0]);
  const faults = lines.flatMap((line, index): BatchFault[] => {
    const fault = (code: string, message: string): BatchFault[] => [{ code, line: index + 1, message }];
    const { custom_id: id, url = endpoint } = line;
    if (seen.has(id)) return fault("duplicate_custom_id", `the custom_id ${id} is another request's already`);
    seen.add(id);
    if (id.length > ID_LENGTH_MAX)
      return fault("invalid_custom_id", `a custom_id has ${ID_LENGTH_MAX} characters at most`);
    if (url !== endpoint) return fault("mismatched_url", `the url ${String(url)} is not the batch's, ${endpoint}`);
    if (modelOf(line) !== model)
      return fault("mismatched_model", `the model is not that of the first request, ${String(model)}`);
    return [];
  });
  return faults.slice(0, FAULTS_MAX);
}

function modelOf(line: BatchLine | undefined): unknown {
  return line !== undefined && "model" in line.body ? line.body.model : undefined;
}
