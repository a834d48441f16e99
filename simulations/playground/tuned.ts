import type { ControlOptions } from "../../src/options.js";
import type { Sluice } from "../../src/sluice.js";
import { sluiceContestant } from "../contestants/sluice.js";
import type { Client, ClientContext, Contestant, Ending, Wire } from "../world/contestant.js";
import type { SimulatedRequest } from "../world/request.js";
import type { ScenarioOptions } from "../world/scenario.js";

/** A sluice whose control can be tuned while it runs. */
export interface Tuned {
  readonly contestant: Contestant;
  /** Goes on with these options from now on, with all that was learnt. */
  tune(control: ControlOptions): void;
}

/**
 * Makes a sluice that is replaced when its options change, as a new release of a program would: a new one starts warm
 * from what the old one knew. Requests that wait go over to it; those under way end where they began, and are tried
 * again by the new one where they were refused.
 */
export function tunedSluice(name: string, control: ControlOptions): Tuned {
  const clients: TunedClient[] = [];
  let now = control;
  return {
    contestant: {
      name,
      join(context) {
        const client = new TunedClient(name, context, now);
        clients.push(client);
        return client;
      },
    },
    tune(next) {
      now = next;
      for (const client of clients) client.replace(next);
    },
  };
}

/** One sluice of those that follow one another, and the requests that it has. */
interface Generation {
  readonly client: Client;
  readonly sluice: Sluice;
  readonly held: Set<Held>;
}

/** A request until it ends. */
interface Held {
  readonly request: SimulatedRequest;
  readonly onEnd: (ending: Ending) => void;
  isUnderWay: boolean;
  generation: Generation;
  cancel: () => void;
}

class TunedClient implements Client {
  readonly #name: string;
  readonly #context: ClientContext;
  readonly #held = new Map<SimulatedRequest, Held>();
  #present: Generation;

  constructor(name: string, context: ClientContext, control: ControlOptions) {
    this.#name = name;
    this.#context = context;
    this.#present = this.#begin({ control });
  }

  submit(request: SimulatedRequest, onEnd: (ending: Ending) => void): () => void {
    const held: Held = { request, onEnd, isUnderWay: false, generation: this.#present, cancel: () => {} };
    this.#held.set(request, held);
    this.#hand(held);
    return () => {
      this.#forget(held);
      held.cancel();
    };
  }

  ratePerSecond(model: string): number | undefined {
    return this.#present.client.ratePerSecond?.(model);
  }

  close(): void {
    for (const generation of new Set([this.#present, ...[...this.#held.values()].map((held) => held.generation)])) {
      void generation.client.close?.();
    }
  }

  replace(control: ControlOptions): void {
    const before = this.#present;
    this.#present = this.#begin({ control, state: before.sluice.snapshot() });
    for (const held of [...before.held]) if (!held.isUnderWay) this.#move(held);
    this.#letGo(before);
  }

  #begin(options: ScenarioOptions): Generation {
    let sluice: Sluice | undefined;
    const made = sluiceContestant(this.#name, options, (each) => {
      sluice = each;
    });
    const client = made.join({ ...this.#context, wire: this.#watched(this.#context.wire) });
    if (sluice === undefined) throw new Error("BUG: a sluice joined without being shown");
    return { client, sluice, held: new Set() };
  }

  #hand(held: Held): void {
    held.generation = this.#present;
    held.generation.held.add(held);
    held.cancel = held.generation.client.submit(held.request, (ending) => {
      this.#forget(held);
      held.onEnd(ending);
    });
  }

  /** Takes a request from a sluice that has been replaced to the present one. */
  #move(held: Held): void {
    const { generation } = held;
    held.cancel();
    generation.held.delete(held);
    this.#hand(held);
    this.#letGo(generation);
  }

  #forget(held: Held): void {
    this.#held.delete(held.request);
    held.generation.held.delete(held);
    this.#letGo(held.generation);
  }

  #letGo(generation: Generation): void {
    if (generation !== this.#present && generation.held.size === 0) void generation.client.close?.();
  }

  #watched(wire: Wire): Wire {
    return {
      send: (request, listener) => {
        const held = this.#held.get(request);
        if (held !== undefined) held.isUnderWay = true;
        /** What comes after it is the present sluice's, if there is more to come. */
        const back = (): void => {
          if (held === undefined) return;
          held.isUnderWay = false;
          if (this.#held.has(request) && held.generation !== this.#present) this.#move(held);
        };
        return wire.send(request, {
          onResponse: (facts) => listener.onResponse(facts),
          onEnd: () => {
            listener.onEnd();
            back();
          },
          onError: (error) => {
            listener.onError(error);
            back();
          },
        });
      },
    };
  }
}
