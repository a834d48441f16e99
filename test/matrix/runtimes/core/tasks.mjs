import { defer, EMPTY, from, lastValueFrom, of, throwError, toArray } from "rxjs";
import { createSluice, isSluiceError } from "sluice";
import { using_ } from "./fetch.mjs";
import { chat, chatAt, counted, hold, recorded, rejection, rowOf, same } from "./kit.mjs";

const REFUSED = { status: 429, headers: { "retry-after": "0.05" } };

/** Whatever makes a promise. */
export const SCHEDULE = {
  async "a task's result is what it resolves with, and its own error what it rejects with"() {
    return using_(createSluice(), async (sluice) => {
      same(await sluice.schedule(async ({ number }) => number, { key: "a" }), 1, "the number of the try");
      const own = new Error("a bug of the user's");
      hold(
        (await rejection(
          sluice.schedule(() => Promise.reject(own), { key: "a" }),
          "a bug",
        )) === own,
        "another error",
      );
    });
  },
  async "a refused task goes back to the queue, and is tried again"() {
    return using_(createSluice(), async (sluice) => {
      const events = recorded(sluice);
      const result = await sluice.schedule(async ({ number }) => (number === 1 ? REFUSED : "done"), { key: "a" });
      same(result, "done", "the result");
      same(events.filter(({ type }) => type === "retry").length, 1, "retries");
    });
  },
  async "a task's signal fires when the call is aborted"() {
    return using_(createSluice(), async (sluice) => {
      const controller = new AbortController();
      let heard;
      const task = ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            heard = signal.reason;
            reject(signal.reason);
          });
        });
      const asked = sluice.schedule(task, { key: "a", signal: controller.signal });
      await Promise.resolve();
      const reason = new Error("enough");
      controller.abort(reason);
      hold((await rejection(asked, "an abort")) === reason && heard === reason, "the reason isn't the signal's own");
    });
  },
  async "a governed fetch inside a task takes no second permit"({ origin }) {
    return using_(createSluice({ concurrencyMax: 1 }), async (sluice) => {
      const response = await sluice.schedule(() => sluice.fetch(chatAt(origin), chat("inside")), { key: "a" });
      await response.text();
      same((await counted(origin, "inside")).accepted, 1, "what the server let in");
      same(rowOf(sluice, "|inside"), undefined, "a second budget");
    });
  },
  "an option that there isn't is refused by its name"() {
    try {
      createSluice({ controll: {} });
    } catch (error) {
      hold(isSluiceError(error) && error.code === "ERR_SLUICE_OPTION", String(error));
      hold(/controll/.test(error.message), error.message);
      return error.message;
    }
    throw new Error("it was taken");
  },
  async "what was learnt survives JSON, and the next sluice starts from it"({ origin }) {
    const state = await using_(createSluice(), async (sluice) => {
      const ask = async () => (await sluice.fetch(chatAt(origin), chat("fast"))).text();
      await Promise.all(Array.from({ length: 12 }, ask));
      return JSON.parse(JSON.stringify(sluice.snapshot()));
    });
    return using_(createSluice({ state }), async (sluice) => {
      await (await sluice.fetch(chatAt(origin), chat("fast"))).text();
      const { ratePerSecond } = rowOf(sluice, "|fast");
      hold(ratePerSecond > 2, `it starts at ${ratePerSecond} a second`);
      return { ratePerSecond };
    });
  },
};

/** Observables, from the user's own RxJS. */
export const RXJS = {
  async "wrap: a cold request is subscribed at its moment, and again after a refusal"() {
    return using_(createSluice(), async (sluice) => {
      let subscribed = 0;
      const request$ = defer(() => (++subscribed === 1 ? throwError(() => REFUSED) : of("done")));
      same(await lastValueFrom(sluice.wrap(request$, { key: "a" })), "done", "the value");
      same(subscribed, 2, "subscriptions");
    });
  },
  async "wrap: who unsubscribes while it waits costs nothing"() {
    return using_(createSluice(), async (sluice) => {
      sluice.pause("a");
      let subscribed = 0;
      const request$ = defer(() => {
        subscribed++;
        return EMPTY;
      });
      sluice.wrap(request$, { key: "a" }).subscribe().unsubscribe();
      sluice.resume("a");
      await Promise.resolve();
      same(subscribed, 0, "subscriptions");
    });
  },
  async "pace: one governed request for each input, in order where that is asked for"({ origin }) {
    return using_(createSluice(), async (sluice) => {
      const project = async (number) => {
        const { status } = await sluice.fetch(chatAt(origin), chat("fast"));
        return [number, status];
      };
      const paced$ = from([1, 2, 3, 4, 5]).pipe(sluice.pace(project, { key: "paced", ordered: true }), toArray());
      same(
        await lastValueFrom(paced$),
        [1, 2, 3, 4, 5].map((number) => [number, 200]),
        "the results",
      );
    });
  },
  async "event$ is an observable of the user's own RxJS"() {
    return using_(createSluice(), async (sluice) => {
      const types = [];
      from(sluice.event$).subscribe(({ type }) => types.push(type));
      await sluice.schedule(async () => 1, { key: "a" });
      hold(types.includes("sent") && types.includes("settled"), `events: ${types}`);
    });
  },
};

async function* generated() {
  yield* [1, 2, 3];
}

/** Streams of any length. */
export const MAP = Object.fromEntries(
  Object.entries({
    "a list": () => [1, 2, 3],
    "an async generator": generated,
    "a ReadableStream": () =>
      new ReadableStream({
        start(controller) {
          for (const number of [1, 2, 3]) controller.enqueue(number);
          controller.close();
        },
      }),
  }).map(([what, make]) => [
    `${what} goes in, and results come out`,
    () =>
      using_(createSluice({ control: { rateInitial: 100 } }), async (sluice) => {
        const got = [];
        for await (const result of sluice.map(make(), async (number) => 10 * number, { ordered: true }))
          got.push(result);
        same(got, [10, 20, 30], "the results");
      }),
  ]),
);
