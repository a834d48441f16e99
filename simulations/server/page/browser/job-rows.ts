import type { JobState } from "../../desk.js";
import type { LivePage } from "./kit.js";
import type { Cell } from "./table-rows.js";

/** The table of what goes on after its order was answered: the latest first, fifty at most. */
export function jobRows(page: LivePage, jobs: readonly JobState[], nowMs: number): readonly (readonly Cell[])[] {
  const atMost = 50;
  const latest = [...jobs].sort((a, b) => b.createdMs - a.createdMs).slice(0, atMost);
  return latest.map(({ id, kind, organisation, status, createdMs, endsAtMs, requests }) => [
    id,
    kind,
    organisation,
    status,
    requests ?? null,
    page.timeText(createdMs / 1_000),
    status === "pending" || status === "running"
      ? `in ${Math.ceil((endsAtMs - nowMs) / 1_000)} s`
      : page.timeText(endsAtMs / 1_000),
  ]);
}
