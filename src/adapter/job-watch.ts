import type { Clock } from "../clock.js";
import { isRecord } from "../record.js";
import { type Answer, type Ask, isOk } from "./ask.js";
import type { HttpView } from "./http-view.js";
import { JobsOfKey } from "./jobs-of-key.js";

/** A job that was ordered. */
export interface Ordered {
  /** The JSON of the answer to its order, once it is there; undefined where it is none. */
  readonly answer: Promise<unknown>;
  /** Where it was ordered: beneath stands what it has become, by its id. */
  readonly address: URL;
  readonly ask: Ask;
  /** What `status` reads once it has ended. */
  readonly ended: readonly string[];
  /** Gives its place back. */
  readonly release: () => void;
}

/** Who orders jobs, or waits to. */
export interface Orderer {
  readonly key: string;
}

/**
 * Knows of the jobs that were ordered through here and haven't ended yet. A job takes its place until then; how it stands
 * is asked only while somebody waits for a place, so that no timer keeps a program alive that has nothing more to order.
 */
export class JobWatch {
  readonly #clock: Clock;
  readonly #keys = new Map<string, JobsOfKey>();
  /** Jobs that haven't ended, as far as is known, by their addresses. */
  readonly #watched = new Map<string, Watched>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A job was ordered. What can't be asked for, since its answer has no id, doesn't keep its place. */
  async watch(key: string, { answer, address, ask, ended, release }: Ordered): Promise<void> {
    const job = jobIn(await answer);
    const id = job?.["id"];
    if (job === undefined || typeof id !== "string" || hasEnded(job, ended)) return release();
    const orders = plain(address);
    const own = beneath(orders, id);
    const jobs = this.#of(key);
    const running = {
      hasEnded: async () => isOver(await ask(own), ended),
      release: () => {
        this.#watched.delete(own);
        release();
      },
    };
    this.#watched.set(own, { orders, ended, end: () => jobs.end(running) });
    jobs.add(running);
  }

  /** Whether what an address answers tells of jobs that are waited for: of one, or of all that were ordered there. */
  isAbout({ method, address }: HttpView): boolean {
    if (this.#watched.size === 0 || method !== "GET") return false;
    const asked = plain(address);
    return this.#watched.has(asked) || [...this.#watched.values()].some(({ orders }) => orders === asked);
  }

  /** What their owner asks about jobs tells us, too: nobody has to ask for it twice. `answer` is as in {@link Ordered}. */
  async overhear({ address }: HttpView, answer: Promise<unknown>): Promise<void> {
    const asked = plain(address);
    const heard = await answer;
    const one = this.#watched.get(asked);
    const jobs = one === undefined ? jobsIn(heard) : [jobIn(heard) ?? {}];
    for (const job of jobs) {
      const watched = one ?? this.#watched.get(beneath(asked, String(job["id"])));
      if (watched !== undefined && hasEnded(job, watched.ended)) watched.end();
    }
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

/** A job of whose end its owner may hear before we do. */
interface Watched {
  /** Where it was ordered: there all of them are listed. */
  readonly orders: string;
  readonly ended: readonly string[];
  readonly end: () => void;
}

function plain({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

function beneath(orders: string, id: string): string {
  return `${orders}/${encodeURIComponent(id)}`;
}

/** Some answer with a list, some put it under `data`. */
function jobsIn(answer: unknown): readonly Readonly<Record<string, unknown>>[] {
  const list = isRecord(answer) ? answer["data"] : answer;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

/** Whether a job has ended, or is gone. What can't be found out hasn't. */
function isOver(answer: Answer, ended: readonly string[]): boolean {
  if (answer.status === 404 || answer.status === 410) return true;
  const job = isOk(answer) ? jobIn(answer.value) : undefined;
  return job !== undefined && hasEnded(job, ended);
}

/** Some answer with the job itself, some put it under that name. */
function jobIn(answer: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(answer)) return undefined;
  return isRecord(answer["job"]) ? answer["job"] : answer;
}

function hasEnded({ status }: Readonly<Record<string, unknown>>, ended: readonly string[]): boolean {
  return typeof status === "string" && ended.includes(status.toLowerCase());
}
