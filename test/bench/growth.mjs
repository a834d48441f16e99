import { GROWTHS, measure } from "./saturated.mjs";

// A process of its own, whose nursery its parent chooses. Prints microseconds of processor time a request, size by size.
const { what, sizes, rounds } = JSON.parse(process.argv[2]);
const { run } = GROWTHS.find((growth) => growth.what === what);
const ways = Object.fromEntries(sizes.map((size) => [`size ${size}`, () => run(size)]));
const costs = measure(ways, rounds, ({ count, seconds }) => (seconds * 1e6) / count);
console.log(JSON.stringify([...costs.values()]));
