/** So many turns are asked for at once, at most; between these, the event loop comes round to everything else. */
const TURNS_AT_ONCE_MAX = 256;

/**
 * Calls `step` in turns of the event loop until it says false: all promises and ticks that are ready run before each
 * call. Turns that wait in line have that between them just as turns far apart do, and cost a tenth.
 */
export function eachInTurn(step: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const turns = createTurns((isLast) => {
      try {
        if (!step()) end(resolve);
        else if (isLast) turns.start();
      } catch (error) {
        end(() => reject(error));
      }
    });
    const end = (how: () => void): void => {
      turns.close();
      how();
    };
    turns.start();
  });
}

/** A world may put its own in the place of the global one. */
const nextTurn: ((callback: () => void) => void) | undefined = Reflect.get(globalThis, "setImmediate");

/** Calls `turn` some times after each start, each time in a turn of the event loop of its own, until it is closed. */
function createTurns(turn: (isLast: boolean) => void): { start(): void; close(): void } {
  let isClosed = false;
  let count = 2;
  let left = 0;
  const next = (): void => {
    if (!isClosed) turn(--left === 0);
  };
  let post: () => void;
  let close = (): void => {};
  if (nextTurn !== undefined) post = () => nextTurn(next);
  else {
    // By messages to oneself, where there is nothing better: they come after all that is ready, and wait for no timer.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = next;
    post = () => port2.postMessage(null);
    close = () => port1.close();
  }
  return {
    start() {
      count = Math.min(count * 2, TURNS_AT_ONCE_MAX);
      left = count;
      for (let index = 0; index < count; index++) post();
    },
    close() {
      isClosed = true;
      close();
    },
  };
}
