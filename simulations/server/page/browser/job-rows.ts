import { timeText } from "../../../../src/page/browser/numbers.js";
import type { Cell } from "../../../../src/page/browser/table-rows.js";
import type { JobState } from "../../desk.js";

/** The table of what goes on after its order was answered. */
export function jobRows(jobs: readonly JobState[], nowMs: number): readonly (readonly Cell[])[] {
  return jobs.map(({ id, kind, organisation, status, createdMs, endsAtMs, requests }) => [
    id,
    kind,
    organisation,
    status,
    requests ?? null,
    timeText(createdMs / 1_000),
    status === "pending" || status === "running"
      ? `in ${Math.ceil((endsAtMs - nowMs) / 1_000)} s`
      : timeText(endsAtMs / 1_000),
  ]);
}
