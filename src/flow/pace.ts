import { Observable, type ObservableInput, type OperatorFunction } from "rxjs";
import type { PaceOptions } from "../options.js";
import type { Attempt } from "./job.js";
import { PacedStream } from "./paced-stream.js";
import { subscribeStoppably } from "./stoppable.js";
import type { WrapParts } from "./wrap.js";

export { requestOptionsOf } from "./input-options.js";

/** Makes one try of the request for an input. */
export type PaceProject<In, Out> = (input: In, attempt: Attempt) => ObservableInput<Out>;

/**
 * Sends one governed request for each input of a stream, and hands on the results: as they complete, or in the order of
 * the inputs. The first final failure ends the stream, unless `onFailure` says what takes its place. `signal` ends the
 * stream with its reason.
 */
export function pace<In, Out>(
  project: PaceProject<In, Out>,
  options: PaceOptions<In, Out>,
  parts: WrapParts,
): OperatorFunction<In, Out> {
  if (typeof project !== "function") throw new TypeError("pace needs a function that makes a request for an input");
  return (source$) =>
    new Observable<Out>((subscriber) => {
      const stream = new PacedStream(source$, project, options, parts, subscriber);
      subscriber.add(() => stream.stop());
      subscribeStoppably(stream);
    });
}
