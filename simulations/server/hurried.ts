import type { ServerSpec } from "../world/plant.js";
import type { Wave } from "./wave.js";

/** A span of a server's story. */
interface Times {
  readonly fromMs?: number;
  readonly untilMs?: number;
}

/**
 * The same server, whose story goes `speed` times as fast: what moves, goes wrong and comes or goes does so sooner, and for a
 * shorter while. Rates, windows and the times of answers stay as they are.
 */
export function hurried(server: ServerSpec, speed: number): ServerSpec {
  if (speed === 1) return server;
  const soon = (ms: number): number => ms / speed;
  const sooner = <Part extends Times>({ fromMs, untilMs, ...part }: Part): Part =>
    ({
      ...part,
      ...(fromMs !== undefined && { fromMs: soon(fromMs) }),
      ...(untilMs !== undefined && { untilMs: soon(untilMs) }),
    }) as Part;
  const { schedule, waves, faults, neighbours, headers } = server;
  return {
    ...server,
    ...(schedule && {
      schedule: schedule.map(({ atMs, outageMs, ...move }) => ({
        ...move,
        atMs: soon(atMs),
        ...(outageMs !== undefined && { outageMs: soon(outageMs) }),
        ...(move.fault && { fault: sooner(move.fault) }),
      })),
    }),
    ...(waves && { waves: waves.map((wave) => sooner(steeper(wave, speed))) }),
    ...(faults && { faults: faults.map(sooner) }),
    ...(neighbours && { neighbours: neighbours.map(sooner) }),
    ...(headers?.lies && { headers: { ...headers, lies: headers.lies.map(sooner) } }),
  };
}

/** A step is a millisecond at least. */
function steeper(wave: Wave, speed: number): Wave {
  const everyMs = Math.max(1, (wave.everyMs ?? 1_000) / speed);
  return wave.shape === "sine"
    ? { ...wave, everyMs, periodMs: wave.periodMs / speed }
    : { ...wave, everyMs, overMs: wave.overMs / speed };
}
