import { filter, lastValueFrom, take } from "rxjs";
import { type InstrumentOptions, instrument } from "../../../src/adapter/otel.js";
import type { SluiceOptions } from "../../../src/options.js";
import type { Sluice } from "../../../src/sluice.js";
import { later, virtualSluice } from "../../flow/server.js";
import { memory } from "./memory.js";

/** A sluice on a virtual clock, and all that OpenTelemetry hears of it. */
export function watched(options: SluiceOptions = {}, more: InstrumentOptions = {}, told = memory()) {
  const house = virtualSluice(options);
  const { tracer, meter } = told;
  const stop = instrument(house.sluice, { tracer, meter, clock: house.clock, ...more });
  return { ...house, stop, told };
}

/** Resolves when so many requests are in the queue. */
export function queued({ event$ }: Pick<Sluice, "event$">, count = 1): Promise<unknown> {
  return lastValueFrom(
    event$.pipe(
      filter(({ type }) => type === "queued"),
      take(count),
    ),
  );
}

export const ONE_A_SECOND = { control: { rateInitial: 1, rateMax: 1, burst: 1 } };

/** Where a chat is asked for, and how. */
export const CHAT = "https://api.together.xyz/v1/chat/completions";
export const chat = (model = "llama-3") => ({ method: "POST", body: JSON.stringify({ model }) });

/** A fetch that answers these in turn, each after 100 ms, and the last one for ever. */
export function answering(clock: () => ReturnType<typeof virtualSluice>["clock"], ...responses: (() => Response)[]) {
  let sent = 0;
  return (async () => {
    const response = responses[Math.min(sent++, responses.length - 1)]?.() ?? new Response();
    return later(clock(), 100, response);
  }) as typeof globalThis.fetch;
}
