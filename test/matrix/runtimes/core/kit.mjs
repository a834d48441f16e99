/** What the checks need everywhere: no runtime's own assert or timers/promises. */

/** @throws Error with these words where something doesn't hold */
export function hold(truth, words) {
  if (!truth) throw new Error(words);
}

/** @throws Error with both values where they differ */
export function same(got, wanted, what) {
  const [left, right] = [JSON.stringify(got), JSON.stringify(wanted)];
  hold(got === wanted || left === right, `${what}: got ${left ?? String(got)}, wanted ${right ?? String(wanted)}`);
}

/** What a promise is rejected with. @throws Error where it is kept */
export async function rejection(promise, what) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`${what}: it wasn't rejected`);
}

const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;

/** A pause of the check's own, which the watch below doesn't count. */
export const pause = (ms) => new Promise((resolve) => realSetTimeout.call(globalThis, resolve, ms));

/** Waits until something holds; a machine may be busy. @throws Error with these words where it doesn't come to hold */
export async function until(holds, words) {
  for (let tries = 0; !holds(); tries++) {
    hold(tries < 1_000, words);
    await pause(10);
  }
}

/** Timers that were set from here on and have neither fired nor been taken back. */
const pending = new Set();

/** How many timers are pending. Those that hold no process are the platform's own: undici has one for all its connections. */
export const pendingTimers = () => [...pending].filter((handle) => handle.hasRef?.() !== false).length;

globalThis.setTimeout = (task, ms, ...rest) => {
  const fire = (...args) => {
    pending.delete(handle);
    task(...args);
  };
  const handle = realSetTimeout.call(globalThis, fire, ms, ...rest);
  pending.add(handle);
  return handle;
};
globalThis.clearTimeout = (handle) => {
  pending.delete(handle);
  realClearTimeout.call(globalThis, handle);
};

/** A chat request to the simulated API. */
export function chat(model, more = {}) {
  const body = { model, max_tokens: 4, messages: [{ role: "user", content: "say something" }], ...more };
  return {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer sk-simulated" },
    body: JSON.stringify(body),
  };
}

/** Where chat requests go. */
export const chatAt = (origin) => `${origin}/v1/chat/completions`;

/** What the simulated server has counted for one model. */
export async function counted(origin, model) {
  const { lanes } = await (await fetch(`${origin}/__state`)).json();
  const { accepted = 0, throttled = 0 } = lanes.find((lane) => lane.model === model) ?? {};
  return { accepted, throttled };
}

/** Moves the simulated server. */
export async function move(origin, what) {
  const { status } = await fetch(`${origin}/__control`, { method: "POST", body: JSON.stringify(what) });
  same(status, 200, "the server moves");
}

/** The sluice's row for requests of the key that ends so. */
export function rowOf(sluice, ending) {
  return sluice.budgets().find(({ key, dimension }) => key.endsWith(ending) && dimension === "requests");
}

/** Keeps all events of a sluice. */
export function recorded(sluice) {
  const events = [];
  sluice.event$.subscribe((event) => events.push(event));
  return events;
}
