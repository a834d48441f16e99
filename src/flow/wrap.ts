import { Observable, type ObservableInput } from "rxjs";
import type { Clock } from "../clock.js";
import type { RequestOptions } from "../options.js";
import type { Attempt, Submitter } from "./job.js";
import type { Terms } from "./terms.js";
import { WrappedRequest } from "./wrapped-request.js";

/** Makes one try of a request. */
export type Project<T> = (attempt: Attempt) => ObservableInput<T>;

/** What a governed observable needs of the house. */
export interface WrapParts {
  readonly submitter: Submitter;
  readonly clock: Clock;
  readonly usual: Terms;
  /** Whether `queue.sizeMax` holds for it. */
  readonly isQueueBounded: boolean;
}

/**
 * One request as an observable: subscribed to at its moment, and again for each further try. Its first value or error
 * with a status is the response; without one the first value means accepted. The slot is held to the end. Each
 * subscriber sends a request of its own.
 */
export function wrap<T>(project: Project<T>, options: RequestOptions, parts: WrapParts): Observable<T> {
  return new Observable<T>((subscriber) => {
    const request = new WrappedRequest(project, options, parts, subscriber);
    // Before it is sent, since all of it may happen at once: `take(1)` must be able to end what never pauses.
    subscriber.add(request);
    request.submit();
  });
}
