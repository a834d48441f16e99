import type { Scenario } from "../world/scenario.js";
import { isObject } from "./field.js";
import type { JsonPath } from "./places.js";
import { type Problem, problemIf } from "./problem.js";

/** From one instant to another, each with a default. */
interface Stretch {
  readonly fromMs?: number;
  readonly untilMs?: number;
}

/** Instants that the run never comes to, and stretches that end before they begin. */
export function timeProblems(scenario: Scenario): readonly Problem[] {
  const { durationMs, warmUpMs = 0, changesMs = [], clockJumps = [], clients = [], server } = scenario;
  const { schedule = [], waves = [], faults = [], neighbours = [], headers } = server;
  const late = (isLate: boolean, path: JsonPath, atMs: number): readonly Problem[] =>
    problemIf(isLate, path, `is ${atMs}, but the run ends at ${durationMs}`);
  const at = (path: JsonPath, atMs: number): readonly Problem[] => late(atMs > durationMs, path, atMs);
  const stretches = (path: JsonPath, list: readonly Stretch[]): readonly Problem[] =>
    list.flatMap(({ fromMs = 0, untilMs = Number.POSITIVE_INFINITY }, index) => [
      ...late(fromMs >= durationMs, [...path, index, "fromMs"], fromMs),
      ...problemIf(untilMs <= fromMs, [...path, index, "untilMs"], `is ${untilMs}, not after fromMs ${fromMs}`),
    ]);
  return [
    ...late(warmUpMs >= durationMs, ["warmUpMs"], warmUpMs),
    ...changesMs.flatMap((atMs, index) => at(["changesMs", index], atMs)),
    ...clockJumps.flatMap(({ atMs }, index) => at(["clockJumps", index, "atMs"], atMs)),
    ...schedule.flatMap(({ atMs = 0 }, index) => at(["server", "schedule", index, "atMs"], atMs)),
    ...stretches(["server", "waves"], waves),
    ...stretches(["server", "faults"], faults),
    ...stretches(["server", "neighbours"], neighbours),
    ...stretches(["server", "headers", "lies"], headers?.lies ?? []),
    ...clients.flatMap(({ joinsAtMs = 0, leavesAtMs = Number.POSITIVE_INFINITY, workload }, index) => [
      ...late(joinsAtMs >= durationMs, ["clients", index, "joinsAtMs"], joinsAtMs),
      ...problemIf(leavesAtMs <= joinsAtMs, ["clients", index, "leavesAtMs"], "must come after joinsAtMs"),
      ...instantsIn(workload, ["clients", index, "workload"]).flatMap(([path, atMs]) => at(path, atMs)),
    ]),
  ];
}

/** Every instant that stands somewhere in a value, with its place. */
function instantsIn(value: unknown, path: JsonPath): readonly (readonly [JsonPath, number])[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = [...path, Array.isArray(value) ? Number(name) : name];
    const isInstant = (name === "atMs" || name === "firstAtMs") && typeof inner === "number";
    return isInstant ? [[place, inner] as const] : instantsIn(inner, place);
  });
}
