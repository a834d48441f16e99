import type { Clock } from "../clock.js";
import { isRecord } from "../signal/body.js";
import type { HttpView } from "./http-view.js";
import { JobsOfKey } from "./jobs-of-key.js";

/** A job that was ordered, as far as the answer to its order tells. */
export interface Ordered {
  /** The answer, to be read. */
  readonly order: Response;
  /** What `status` reads once it has ended. */
  readonly ended: readonly string[];
  /** Gives its place back. */
  readonly release: () => void;
}

/** Who orders jobs, or waits to. */
export interface Orderer {
  readonly key: string;
  readonly view: HttpView;
}

type Fetch = typeof globalThis.fetch;

/** Asks an address, with the credentials of another request and by the same fetch, as a request of its own. */
export type Ask = (like: HttpView, below: Fetch, address: string) => Promise<Response>;

/**
 * Knows of the jobs that were ordered through here and haven't ended yet. A job takes its place until then; how it stands
 * is asked only while somebody waits for a place, so that no timer keeps a program alive that has nothing more to order.
 */
export class JobWatch {
  readonly #clock: Clock;
  readonly #ask: Ask;
  readonly #keys = new Map<string, JobsOfKey>();

  constructor(clock: Clock, ask: Ask) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** A job was ordered. What can't be asked for, since its answer has no id, doesn't keep its place. */
  watch({ key, view, below }: Orderer & { readonly below: Fetch }, { order, ended, release }: Ordered): void {
    order.json().then(
      (answer: unknown) => {
        const job = jobIn(answer);
        const id = job?.["id"];
        if (job === undefined || typeof id !== "string" || hasEnded(job, ended)) return release();
        const { origin, pathname } = view.address;
        const address = `${origin}${pathname}/${encodeURIComponent(id)}`;
        this.#of(key).add({
          hasEnded: () => this.#ask(view, below, address).then((response) => isOver(response, ended)),
          release,
        });
      },
      () => release(),
    );
  }

  /** Somebody waits for a place. */
  awaitEnd(orderer: Orderer): void {
    this.#of(orderer.key).join(orderer);
  }

  /** They do no more. */
  leave(orderer: Orderer): void {
    const jobs = this.#keys.get(orderer.key);
    jobs?.leave(orderer);
    if (jobs?.isIdle === true) this.#keys.delete(orderer.key);
  }

  #of(key: string): JobsOfKey {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const jobs = new JobsOfKey(this.#clock);
    this.#keys.set(key, jobs);
    return jobs;
  }
}

/** Whether a job has ended, or is gone. What can't be found out hasn't. */
async function isOver(response: Response, ended: readonly string[]): Promise<boolean> {
  if (response.status === 404 || response.status === 410) {
    await response.body?.cancel();
    return true;
  }
  const job = jobIn(await response.json());
  return response.ok && job !== undefined && hasEnded(job, ended);
}

/** Some answer with the job itself, some put it under that name. */
function jobIn(answer: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(answer)) return undefined;
  return isRecord(answer["job"]) ? answer["job"] : answer;
}

function hasEnded({ status }: Readonly<Record<string, unknown>>, ended: readonly string[]): boolean {
  return typeof status === "string" && ended.includes(status.toLowerCase());
}
