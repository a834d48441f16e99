import { estimateOf } from "../../../adapter/estimate.js";
import { dialectAt } from "../../../dialect/catalog.js";
import { endpointOf } from "../../../dialect/endpoint.js";
import type { SluiceOptions } from "../../../options.js";
import type { PackFor } from "../live/packs.js";
import type { RoutedRequest } from "../requests/batch-line.js";
import type { Prices } from "./prices.js";

/** What a model's requests would take. */
export interface LaneEstimate {
  readonly model: string;
  readonly requests: number;
  /** By the length of the requests: good to a factor of two for text. */
  readonly inputTokens: number;
  /** The most that the requests allow; those that state no bound are counted apart. */
  readonly outputTokensMax: number;
  readonly unbounded: number;
  /** Sends a second to reckon with; absent where nothing is known of them. */
  readonly ratePerSecond?: number;
  readonly seconds?: number;
  /** Dollars: sent now, and by the provider's own batch at half the price. */
  readonly dollars?: number;
  readonly batchDollars?: number;
}

/** What hosted batches cost of the price (OpenAI, Anthropic, Together). */
const BATCH_SHARE = 0.5;

interface Sum {
  readonly first: RoutedRequest;
  requests: number;
  inputTokens: number;
  outputTokensMax: number;
  unbounded: number;
}

/** Adds up what requests would take. */
export class Estimate {
  readonly #sums = new Map<string, Sum>();
  readonly #prices: Prices;
  readonly #options: SluiceOptions;
  readonly #packFor: PackFor;

  /** @param packFor how many go to their server as one request; default: each by itself */
  constructor(prices: Prices, options: SluiceOptions, packFor: PackFor = () => 1) {
    this.#prices = prices;
    this.#options = options;
    this.#packFor = packFor;
  }

  add(request: RoutedRequest): void {
    const { name } = request.lane;
    const sum = this.#sums.get(name) ?? {
      first: request,
      requests: 0,
      inputTokens: 0,
      outputTokensMax: 0,
      unbounded: 0,
    };
    this.#sums.set(name, sum);
    sum.requests += 1;
    sum.inputTokens += estimateOf({ text: JSON.stringify(request.body) }).inputTokens ?? 0;
    const most = outputMaxOf(request);
    if (most === undefined) sum.unbounded += 1;
    else sum.outputTokensMax += most;
  }

  /** One a model, without those that aren't to be sent. */
  lanes(isLeftOut: (name: string) => boolean): readonly LaneEstimate[] {
    return [...this.#sums].filter(([name]) => !isLeftOut(name)).map(([model, sum]) => this.#laneOf(model, sum));
  }

  #laneOf(model: string, { first, ...sums }: Sum): LaneEstimate {
    const sum = { ...sums, requests: Math.ceil(sums.requests / this.#packFor(first)) };
    const ratePerSecond = this.#rateOf(first);
    const price = this.#prices.of(first.model);
    const dollars = price && (sum.inputTokens * price.input + sum.outputTokensMax * price.output) / 1e6;
    return {
      model,
      ...sum,
      ...(ratePerSecond !== undefined && { ratePerSecond, seconds: sum.requests / ratePerSecond }),
      ...(dollars !== undefined && { dollars, batchDollars: dollars * BATCH_SHARE }),
    };
  }

  /** What the user allows, or what the provider's guides give such requests to begin with. */
  #rateOf({ href }: RoutedRequest): number | undefined {
    const { hostname, pathname } = new URL(href);
    const hint = endpointOf(dialectAt(this.#options.provider, hostname), "POST", pathname)?.startPerSecond;
    const { rateMax = hint } = this.#options.control ?? {};
    return hint === undefined ? rateMax : Math.min(hint, rateMax ?? hint);
  }
}

/** Embeddings produce no tokens; what else there is says how many it may, or doesn't. */
function outputMaxOf({ body, href }: RoutedRequest): number | undefined {
  const members = body as Readonly<Record<string, unknown>>;
  const names = ["max_completion_tokens", "max_output_tokens", "max_tokens"];
  const most = names.map((name) => members[name]).find((value) => typeof value === "number");
  return typeof most === "number" ? most : /\/embeddings$/.test(new URL(href).pathname) ? 0 : undefined;
}
