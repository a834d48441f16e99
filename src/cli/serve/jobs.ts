import type { ServiceOptions } from "../../../simulations/server/service-options.js";
import { UsageError } from "../command.js";
import { field } from "./limit.js";
import { number } from "./number.js";

/** The options of `sluice serve` about work that outlives a request, as they were given. */
export interface JobFlags {
  readonly "fine-tunes"?: string | undefined;
  readonly "fine-tune-time"?: string | undefined;
  readonly batches?: string | undefined;
  readonly "batch-rate"?: string | undefined;
}

/**
 * The caps and times that the options describe; what wasn't given is left to the server.
 *
 * @throws UsageError that names the option and its value
 */
export function jobsOf(flags: JobFlags): Pick<ServiceOptions, "fineTunes" | "batches"> {
  const rate = field("requestsPerSecond", "batch-rate", flags["batch-rate"]);
  if (rate.requestsPerSecond === 0) throw new UsageError("--batch-rate must be above 0, got '0'");
  const fineTunes = {
    ...cap("fine-tunes", flags["fine-tunes"]),
    ...field("durationMs", "fine-tune-time", flags["fine-tune-time"], 1_000),
  };
  const batches = { ...cap("batches", flags.batches), ...rate };
  return {
    ...(Object.keys(fineTunes).length > 0 && { fineTunes }),
    ...(Object.keys(batches).length > 0 && { batches }),
  };
}

function cap(option: string, text: string | undefined): { readonly atOnceMax?: number } {
  return text === undefined ? {} : { atOnceMax: number(option, text, { isInteger: true }) };
}
