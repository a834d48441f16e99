import { createVirtualClock, runWorld, sluiceContestant } from "sluice/simulations";
import { spread, table } from "./figures.mjs";

const SLUICE = sluiceContestant("sluice");
/** Waiting timers of the bare heap: about as many as answers are under way below. */
const TIMERS = 500;
const WAITING = [500, 5_000, 50_000];
const CLIENTS = [1, 10, 100];
/** Of each of several clients: a fair share of the limit, and requests that wait or are under way. */
const SHARE = 20;
const OWN = 100;

/**
 * Simulated requests for a second of processor time: the production loop behind its public door, against a server of 200
 * requests a second, on a virtual clock. Beside it the same clock alone, whose tasks do nothing but wait again; and how
 * the cost of a request grows with the queue and with the clients.
 */
export function benchSimulation({ rounds, seconds }) {
  const ways = {
    "bare event heap, events": () => bareHeap(1_000_000),
    "whole loop, requests": () => world({ seconds, clients: 1, waiting: 2_000, limit: 200 }),
  };
  const rates = measure(ways, rounds, ({ count, seconds }) => count / seconds);
  const [bare, loop] = rates.values();
  console.log(
    `\nsimulated in a second of processor time, ${seconds} virtual seconds at 200 requests a second a round\n`,
  );
  console.log(
    table(
      ["", "a second", "of bare"],
      [...rates].map(([name, each]) => [
        name,
        spread(each, 0),
        spread(
          each.map((rate, round) => rate / bare[round]),
          3,
        ),
      ]),
    ),
  );
  const eventsMin = Math.min(...loop.map((rate, round) => bare[round] / rate));
  console.log(`\na request costs as much as ${eventsMin.toFixed(0)} bare events, at best\n`);
  grow({ what: "waiting at one client", sizes: WAITING, rounds }, (waiting) =>
    world({ seconds, clients: 1, waiting, limit: 200 }),
  );
  grow({ what: `clients with ${OWN} waiting each`, sizes: CLIENTS, rounds, each: OWN }, (clients) =>
    world({ seconds: Math.min(seconds, 6_000 / clients), clients, waiting: OWN, limit: SHARE * clients }),
  );
}

/** Cost of a request by size: where all that wait are n, no more than log n, so that n of them cost n log n. */
function grow({ what, sizes, rounds, each: own = 1 }, run) {
  const log = (size) => Math.log(size * own);
  const ways = Object.fromEntries(sizes.map((size) => [size.toLocaleString("en"), () => run(size)]));
  const costs = measure(ways, rounds, ({ count, seconds }) => (seconds * 1e6) / count);
  const [first] = costs.values();
  console.log(
    table(
      [what, "µs a request", `of ${sizes[0].toLocaleString("en")}`, "log n would be"],
      [...costs].map(([name, each], index) => [
        name,
        spread(each, 1),
        spread(
          each.map((cost, round) => cost / first[round]),
          2,
        ),
        (log(sizes[index]) / log(sizes[0])).toFixed(2),
      ]),
    ),
  );
  console.log();
}

/** All ways in turn, round after round, so that what else the machine does falls on all alike. The first round warms up. */
function measure(ways, rounds, figure) {
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

function world({ seconds, clients, waiting, limit }) {
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

function bareHeap(events) {
  const clock = createVirtualClock();
  let left = events;
  let state = 1;
  const again = () => {
    if (left-- <= 0) return;
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    clock.after(state % 10_007, again);
  };
  for (let timer = 0; timer < TIMERS; timer++) again();
  clock.run();
  return events;
}
