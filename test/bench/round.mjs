import { contestants, SIZE_MAX } from "./contestants.mjs";

// One round of one contestant, in a process of its own: node --expose-gc round.mjs CONTESTANT SIZE
const [name = "", sizeText = "10000"] = process.argv.slice(2);
const size = Number(sizeText);
const contestant = contestants[name];
const task = () => Promise.resolve(1);

await run(contestant.open(), Math.min(size, (SIZE_MAX[name] ?? 100_000) / 5)); // so that the code is warm
const started = process.hrtime.bigint();
await run(contestant.open(), size);
const nsPerTask = Number(process.hrtime.bigint() - started) / size;

process.stdout.write(JSON.stringify({ nsPerTask, bytesPerTask: await weigh(contestant.hold()) }));

async function run({ add }, count) {
  const results = new Array(count);
  for (let index = 0; index < count; index++) results[index] = add(task);
  await Promise.all(results);
}

/** Heap that one waiting task takes, its promise included. */
async function weigh({ add, release }) {
  const results = new Array(size);
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < size; index++) results[index] = add(task);
  // Whoever queues in a later turn has to have done so.
  await new Promise((resolve) => setTimeout(resolve, 200));
  globalThis.gc();
  const bytes = (process.memoryUsage().heapUsed - before) / size;
  release();
  await Promise.allSettled(results);
  return bytes;
}
