import { contestants } from "./contestants.mjs";

// One round of one contestant, in a process of its own: node --expose-gc round.mjs CONTESTANT SIZE
const [name = "", sizeText = "10000"] = process.argv.slice(2);
const size = Number(sizeText);
const task = () => Promise.resolve(1);

await run(contestants[name](), Math.min(size, 20_000)); // so that the code is warm
const started = process.hrtime.bigint();
await run(contestants[name](), size);
const nsPerTask = Number(process.hrtime.bigint() - started) / size;

process.stdout.write(JSON.stringify({ nsPerTask, bytesPerTask: await weigh(contestants[name]()) }));

async function run({ add }, count) {
  const results = new Array(count);
  for (let index = 0; index < count; index++) results[index] = add(task);
  await Promise.all(results);
}

/** Heap that one waiting task takes, its promise included; null where a contestant can't be held. */
async function weigh({ add, hold, release }) {
  if (hold === undefined) return null;
  hold();
  const results = new Array(size);
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < size; index++) results[index] = add(task);
  globalThis.gc();
  const bytes = (process.memoryUsage().heapUsed - before) / size;
  release();
  await Promise.all(results);
  return bytes;
}
