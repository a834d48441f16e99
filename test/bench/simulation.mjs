import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createVirtualClock } from "sluice/simulations";
import { spread, table } from "./figures.mjs";
import { GROWTHS, measure, saturatedWorld } from "./saturated.mjs";

/** Waiting timers of the bare heap: about as many as answers are under way below. */
const TIMERS = 500;
const GROWTH_ROUNDS = 3;
const CHILD = fileURLToPath(new URL("./growth.mjs", import.meta.url));
/** Of V8's young generation. */
const NURSERY_MB = 512;
const NURSERIES = [[], [`--min-semi-space-size=${NURSERY_MB}`, `--max-semi-space-size=${NURSERY_MB}`]];

/**
 * Simulated requests for a second of processor time: the production loop behind its public door, against a server of 200
 * requests a second, on a virtual clock. Beside it the same clock alone, whose tasks do nothing but wait again; and how
 * the cost of a request grows with the queue and with the clients.
 */
export function benchSimulation({ rounds, seconds }) {
  const ways = {
    "bare event heap, events": () => bareHeap(1_000_000),
    "whole loop, requests": () => saturatedWorld({ seconds, clients: 1, waiting: 2_000, limit: 200 }),
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
  for (const growth of GROWTHS) tellGrowth(growth, Math.min(rounds, GROWTH_ROUNDS));
}

/**
 * Cost of a request by size: where all that wait are n, no more than log n, so that n of them cost n log n. With Node's own
 * nursery whatever waits for longer than a few collections is copied out of it, and swept elsewhere, which is a step and
 * no growth: the second pair of columns is with a nursery that holds it all.
 */
function tellGrowth({ what, sizes, each }, rounds) {
  const log = (size) => Math.log(size * each);
  const costs = NURSERIES.map((flags) => {
    const words = [...flags, "--expose-gc", CHILD, JSON.stringify({ what, sizes, rounds })];
    return JSON.parse(execFileSync(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] }));
  });
  const head = ["µs a request", `of ${sizes[0].toLocaleString("en")}`];
  console.log(
    table(
      [what, ...head, ...head.map((text) => `${text}, ${NURSERY_MB} MB nursery`), "log n would be"],
      sizes.map((size, index) => [
        size.toLocaleString("en"),
        ...costs.flatMap((each) => [
          spread(each[index], 1),
          spread(
            each[index].map((cost, round) => cost / each[0][round]),
            2,
          ),
        ]),
        (log(size) / log(sizes[0])).toFixed(2),
      ]),
    ),
  );
  console.log();
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
