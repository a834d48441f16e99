import { timeText } from "../../../../src/page/browser/numbers.js";
import type { Cell } from "../../../../src/page/browser/table-rows.js";
import type { JobState } from "../../desk.js";

/** The table of what goes on after its order was answered: the latest first, fifty at most. */
export function jobRows(jobs: readonly JobState[], nowMs: number): readonly (readonly Cell[])[] {
  const atMost = 50;
  const latest = [...jobs].sort((a, b) => b.createdMs - a.createdMs).slice(0, atMost);
  return latest.map(({ id, kind, organisation, status, createdMs, endsAtMs, requests }) => [
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
