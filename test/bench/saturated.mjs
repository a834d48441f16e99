import { runWorld, sluiceContestant } from "sluice/simulations";

const SLUICE = sluiceContestant("sluice");

/**
 * What is made larger, and how a world of that size is lived through. Each is so long that what waits at the start goes through
 * it several times: what it costs to ask for it stands in the right proportion to what was answered.
 */
export const GROWTHS = [
  {
    what: "waiting at one client",
    sizes: [500, 5_000, 50_000],
    each: 1,
    run: (waiting) => saturatedWorld({ seconds: 1_000, clients: 1, waiting, limit: 200 }),
  },
  {
    what: "clients with 100 waiting each",
    sizes: [1, 10, 100],
    each: 100,
    run: (clients) => saturatedWorld({ seconds: 6_000 / clients, clients, waiting: 100, limit: 20 * clients }),
  },
];

/** Lives through a time in which there is more than enough to do. Returns how many tries it made. */
export function saturatedWorld({ seconds, clients, waiting, limit }) {
  const each = { workload: { kind: "saturated", waiting } };
  const scenario = {
    name: "bench",
    story: "More than enough to do.",
    durationMs: seconds * 1_000,
    server: { limit: { kind: "policer", requestsPerSecond: limit } },
    clients: Array.from({ length: clients }, () => each),
    bounds: [],
  };
  return runWorld({ scenario, contestant: SLUICE, seed: 1 }).tries.length;
}

/** All ways in turn, round after round, so that what else the machine does falls on all alike. The first round warms up. */
export function measure(ways, rounds, figure) {
  const figures = new Map(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, run] of Object.entries(ways)) {
      globalThis.gc?.();
      const before = process.cpuUsage();
      const count = run();
      const { user, system } = process.cpuUsage(before);
      if (round > 0) figures.get(name).push(figure({ count, seconds: (user + system) / 1e6 }));
    }
    process.stderr.write(`\rsimulation: round ${round} of ${rounds} `);
  }
  process.stderr.write("\n");
  return figures;
}
