import type { AnswerSpec } from "./answers.js";
import type { BatchOptions } from "./batches.js";
import type { SimulatedModel } from "./catalog.js";
import type { Fault } from "./fault.js";
import type { FineTuneOptions } from "./fine-tunes.js";
import type { LatencyOptions } from "./latency.js";
import type { ScheduledMove } from "./move.js";
import type { Neighbour } from "./neighbour.js";
import type { DirectoryOptions } from "./organisations.js";
import type { ProxySpec } from "./proxy.js";
import type { LimitSource, LimitSpec } from "./spec.js";
import type { HeaderSpec } from "./speech.js";
import type { HeaderEra } from "./voice.js";
import type { Wave } from "./wave.js";

/** What the simulated API is like. Instants are milliseconds from its start. */
export interface ServiceOptions extends DirectoryOptions {
  /** Whose headers and errors it speaks: any dialect's name. Default `together`. */
  readonly provider?: string;
  /** Which responses carry limit headers. Default `every`. */
  readonly headers?: HeaderEra;
  /** To what it rounds resets before it words them. Default `none`. */
  readonly rounding?: NonNullable<HeaderSpec["rounding"]>;
  /** In how far its headers lie, are late or are missing. Default: they tell the truth. */
  readonly lies?: HeaderSpec["lies"];
  /** The limit of each model. Default: Together's dynamic rate, of 1 to 100 requests a second; elsewhere 10 a second. */
  readonly limit?: LimitSource;
  /** Limits of single models, by id, and of `chat`, `embedding` and `image` models. */
  readonly limits?: Readonly<Record<string, LimitSource>>;
  /** What chat and embeddings of one organisation share, beside each model's own limit. Default: nothing. */
  readonly shared?: LimitSpec;
  /** Whether its refusals don't say whose limit it was. Default false. */
  readonly isSharedUnsaid?: boolean;
  /** What is offered. Default: a few models under Together's names, and under the provider's own. */
  readonly models?: readonly SimulatedModel[];
  /** How long answers take. Default: about 200 ms to the first byte, and 2 ms for each token. */
  readonly latency?: LatencyOptions;
  /** The same in the words of a scenario's server; `latency` then says what is different. */
  readonly answers?: AnswerSpec;
  /** The same for single models, over `answers`. */
  readonly answersOf?: Readonly<Record<string, AnswerSpec>>;
  /** Caps and times of fine-tuning jobs. */
  readonly fineTunes?: FineTuneOptions;
  /** Caps and times of batches. */
  readonly batches?: BatchOptions;
  /** What moves, and when. */
  readonly schedule?: readonly ScheduledMove[];
  /** What moves all the time. */
  readonly waves?: readonly Wave[];
  /** What goes wrong, each defect with its share and time. Default: nothing. */
  readonly faults?: readonly Fault[];
  /** Strangers who take from the same limits. Default: nobody. */
  readonly neighbours?: readonly Neighbour[];
  /** A proxy on the way that tries refused requests again by itself. Default: none. */
  readonly proxy?: ProxySpec;
  /** Draws answers, latencies, faults, lies and strangers: an integer. Default 1. */
  readonly seed?: number;
}
