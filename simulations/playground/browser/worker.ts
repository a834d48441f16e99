import { config } from "zod";
import { Driver } from "../driver.js";
import type { Order, Word } from "../message.js";

// The page's policy lets nobody compile text, and zod would try.
config({ jitless: true });

/** The part of a worker's scope that is needed; the library of types has the page's instead. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage(word: Word, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
const driver = new Driver({
  now: () => performance.now(),
  later: (delayMs, task) => void setTimeout(task, delayMs),
  tell: (word) => scope.postMessage(word, buffersOf(word)),
});
scope.onmessage = ({ data }) => driver.hear(data);

/** Long lists are handed over, not copied. */
function buffersOf(word: Word): Transferable[] {
  if (word.type !== "news") return [];
  return word.tracks.flatMap(({ columns, cells }) => [
    cells.buffer,
    ...Object.values(columns).map(({ values }) => values.buffer),
  ]);
}
