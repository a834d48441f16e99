import { runWorld, sluiceContestant } from "sluice/simulations";
import { fleetContestant } from "../../dist/simulations/contestants/fleet.js";
import { table } from "./figures.mjs";
import { drawFleets } from "./fleets-picture.mjs";

const LIMIT = 200;
const SECONDS = 120;
/** From here on it is counted: starts are over. A limit that headers tell needn't be found. */
const FROM_SECONDS = 40;
const TOLD_FROM_SECONDS = 20;
const DIALECTS = ["together", "ietf", "openai"];

/**
 * Fleets of many sizes, on a virtual clock: what they make of a limit that nobody tells, how even they are, and what they ask of the
 * store that they share, or what becomes of them without one; and eight processes at a limit that headers tell, beside one. A thousand processes take minutes.
 */
export async function benchFleets({ sizes, picture }) {
  console.log(
    `\nfleets at a limit of ${LIMIT} a second that none is told, ${SECONDS} virtual seconds, from ${FROM_SECONDS} s on\n`,
  );
  const head = [
    "processes",
    "goodput",
    "refused",
    "refused before",
    "Jain",
    "compare-and-set a second",
    "looks a second",
    "without a store: goodput",
    "refused",
    "Jain",
  ];
  const fleets = [];
  for (const size of sizes) {
    process.stderr.write(`\rfleets: ${size} processes `);
    fleets.push({ size, ...live({ size, limit: LIMIT }), without: live({ size, limit: LIMIT, isApart: true }) });
  }
  process.stderr.write("\n");
  console.log(
    table(
      head,
      fleets.map((fleet) => [...rowOf(String(fleet.size), fleet), ...apartOf(fleet.without)]),
    ),
  );
  if (picture !== undefined) {
    const drawn = fleets.map(({ asked, looked, ...fleet }) => ({
      ...fleet,
      commandsPerSecond: (asked + looked) / SECONDS,
    }));
    await drawFleets(drawn, picture);
    console.log(`\n${picture}`);
  }
  console.log(`\none process and eight at a limit of 40 a second that headers tell, from ${TOLD_FROM_SECONDS} s on\n`);
  const told = DIALECTS.flatMap((provider) => [1, 8].map((size) => ({ size, provider })));
  console.log(
    table(
      head.slice(0, -3),
      told.map(({ size, provider }) => rowOf(`${size}, ${provider}`, live({ size, limit: 40, provider }))),
    ),
  );
}

function apartOf({ goodput, refused, jain }) {
  return [goodput.toFixed(3), `${(100 * refused).toFixed(2)} %`, jain.toFixed(4)];
}

function rowOf(name, { goodput, refused, refusedBefore, jain, asked, looked }) {
  const percent = (share) => `${(100 * share).toFixed(2)} %`;
  const counts = [asked / SECONDS, looked / SECONDS].map((count) => count.toFixed(0));
  return [name, goodput.toFixed(3), percent(refused), percent(refusedBefore), jain.toFixed(4), ...counts];
}

function live({ size, limit, provider, isApart = false }) {
  let store;
  const contestant =
    size === 1 || isApart
      ? sluiceContestant("sluice")
      : fleetContestant("fleet", {}, { onStore: (opened) => (store = opened) });
  const waiting = Math.max(10, Math.ceil((3 * limit) / size));
  const scenario = {
    name: "fleet",
    story: "Many processes, one limit.",
    durationMs: SECONDS * 1_000,
    server: {
      // What headers tell by the second is there at once, as they say; a limit that nobody tells is of a shallower bucket.
      limit: { kind: "policer", requestsPerSecond: limit, depthMs: provider === undefined ? 500 : 1_000 },
      ...(provider !== undefined && { headers: { provider, isHostKnown: true } }),
    },
    clients: Array.from({ length: size }, () => ({ workload: { kind: "saturated", waiting } })),
    bounds: [],
  };
  const fromSeconds = provider === undefined ? FROM_SECONDS : TOLD_FROM_SECONDS;
  const { tries } = runWorld({ scenario, contestant, seed: 1 });
  const accepted = new Array(size).fill(0);
  const refused = [0, 0];
  const sent = [0, 0];
  for (let row = 0; row < tries.length; row++) {
    const isCounted = tries.sentAtMs.at(row) >= fromSeconds * 1_000 ? 1 : 0;
    sent[isCounted] += 1;
    if (tries.outcomeOf(row) !== "accepted") refused[isCounted] += 1;
    else if (isCounted === 1) accepted[tries.client.at(row)] += 1;
  }
  const sum = accepted.reduce((total, each) => total + each, 0);
  const squares = accepted.reduce((total, each) => total + each * each, 0);
  return {
    goodput: sum / (limit * (SECONDS - fromSeconds)),
    refused: refused[1] / sent[1],
    refusedBefore: refused[0] / sent[0],
    jain: (sum * sum) / (size * squares),
    asked: store?.asked ?? 0,
    looked: store?.peeked ?? 0,
  };
}
