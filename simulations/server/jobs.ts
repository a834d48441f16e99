import { errorAnswer } from "./errors.js";
import { createKeyed } from "./keyed.js";
import type { Call, JsonAnswer } from "./reply.js";

/** Jobs of one organisation that are remembered once they have ended. */
const ENDED_MAX = 1_000;

/** How a job stands. */
export type JobStatus = "pending" | "running" | "completed" | "cancelled" | "failed" | "expired";

/** Work that goes on at the server after its order was answered. */
export interface Job<Order> {
  readonly id: string;
  readonly organisation: string;
  readonly order: Order;
  readonly createdMs: number;
  readonly status: JobStatus;
  /** When its work began and will have ended, if nothing is cancelled. */
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  /** How long it has been worked on, in milliseconds. */
  readonly workedMs: number;
}

/** A kind of jobs: what an order of one is, how long it takes, and how it is told. */
export interface JobKind<Order> {
  /** Where they are ordered and asked for, such as `/v1/batches`. */
  readonly path: string;
  /** How its ids begin. */
  readonly prefix: string;
  /** What an order says, or what is wrong with it. */
  read(nowMs: number, call: Call, id: string): Order | JsonAnswer;
  /** Why there is no room for one more beside those that haven't ended; undefined where there is. */
  refusal(order: Order, unended: readonly Job<Order>[]): JsonAnswer | undefined;
  /** How long it takes once it has begun, in milliseconds. */
  durationMs(order: Order): number;
  /** Whether an organisation's jobs are worked off one after another. */
  readonly isQueue: boolean;
  /** How long after its order a job that hasn't ended is given up, in milliseconds. Default: never. */
  readonly windowMs?: number;
  /** Whether a first look at it, once it is its turn, ends it. Default: never. */
  readonly isFaulty?: (order: Order) => boolean;
  /** In the provider's form: one by itself, just ordered, or all of them. */
  one(job: Job<Order>): unknown;
  ordered(job: Job<Order>): unknown;
  all(jobs: readonly Job<Order>[]): unknown;
}

/** The jobs of one kind, of all organisations. Time passes when somebody looks. */
export interface Jobs<Order> {
  /** The answer to a call about these jobs; undefined where it is about something else. */
  answer(nowMs: number, call: Call): JsonAnswer | undefined;
  find(nowMs: number, organisation: string, id: string): Job<Order> | undefined;
  list(nowMs: number): readonly Job<Order>[];
}

interface Entry<Order> {
  readonly id: string;
  readonly organisation: string;
  readonly order: Order;
  readonly createdMs: number;
  cancelledMs?: number;
}

/** Makes a place for jobs of one kind. `onOrder` is told of each that is taken. */
export function createJobs<Order extends object>(
  kind: JobKind<Order>,
  onOrder: (nowMs: number, job: Job<Order>) => void = () => {},
): Jobs<Order> {
  const accounts = createKeyed<Entry<Order>[]>(() => []);
  let made = 0;

  /** In a queue each begins where the one before has ended, or was cancelled. */
  function jobsOf(nowMs: number, entries: readonly Entry<Order>[]): Job<Order>[] {
    let freeAtMs = Number.NEGATIVE_INFINITY;
    return entries.map(({ cancelledMs = Number.POSITIVE_INFINITY, ...entry }) => {
      const startsAtMs = kind.isQueue ? Math.max(entry.createdMs, freeAtMs) : entry.createdMs;
      const isFaulty = kind.isFaulty?.(entry.order) === true;
      const wholeMs = startsAtMs + (isFaulty ? 0 : kind.durationMs(entry.order));
      const expiresMs = entry.createdMs + (kind.windowMs ?? Number.POSITIVE_INFINITY);
      const endsAtMs = Math.min(wholeMs, cancelledMs, expiresMs);
      freeAtMs = Math.max(freeAtMs, endsAtMs);
      const status = statusAt(nowMs, { startsAtMs, wholeMs, cancelledMs, expiresMs, isFaulty });
      return { ...entry, startsAtMs, endsAtMs, status, workedMs: Math.max(0, Math.min(nowMs, endsAtMs) - startsAtMs) };
    });
  }

  function order(nowMs: number, call: Call): JsonAnswer {
    const id = `${kind.prefix}-${made + 1}`;
    const wanted = kind.read(nowMs, call, id);
    if (isAnswer(wanted)) return wanted;
    const entries = accounts.get(call.organisation, nowMs);
    const refusal = kind.refusal(wanted, jobsOf(nowMs, entries).filter(isUnended));
    if (refusal !== undefined) return refusal;
    made += 1;
    entries.push({ id, organisation: call.organisation, order: wanted, createdMs: nowMs });
    if (entries.length > ENDED_MAX && !jobsOf(nowMs, entries.slice(0, 1)).some(isUnended)) entries.shift();
    const job = present(nowMs, call.organisation, id);
    onOrder(nowMs, job);
    return { status: 200, json: kind.ordered(job) };
  }

  function find(nowMs: number, organisation: string, id: string): Job<Order> | undefined {
    return jobsOf(nowMs, accounts.get(organisation, nowMs)).find((job) => job.id === id);
  }

  function present(nowMs: number, organisation: string, id: string): Job<Order> {
    const job = find(nowMs, organisation, id);
    if (job === undefined) throw new Error(`BUG: ${id} was there a moment ago`);
    return job;
  }

  function cancel(nowMs: number, { organisation }: Call, job: Job<Order>): JsonAnswer {
    if (!isUnended(job)) return errorAnswer(400, `${job.id} has ended already: it is ${job.status}`);
    for (const entry of accounts.get(organisation, nowMs)) if (entry.id === job.id) entry.cancelledMs = nowMs;
    return { status: 200, json: kind.one(present(nowMs, organisation, job.id)) };
  }

  return {
    answer(nowMs, call) {
      const { method, path, organisation } = call;
      if (path === kind.path) {
        if (method === "POST") return order(nowMs, call);
        if (method === "GET") {
          return { status: 200, json: kind.all(jobsOf(nowMs, accounts.get(organisation, nowMs))) };
        }
        return errorAnswer(405, `${path} takes GET and POST`);
      }
      if (!path.startsWith(`${kind.path}/`)) return undefined;
      const [id = "", act, ...rest] = path.slice(kind.path.length + 1).split("/");
      const job = find(nowMs, organisation, id);
      if (job === undefined) return errorAnswer(404, `there is no ${id} among ${kind.path}`);
      if (act === undefined && method === "GET") return { status: 200, json: kind.one(job) };
      if (act === "cancel" && rest.length === 0 && method === "POST") return cancel(nowMs, call, job);
      return errorAnswer(404, `no such path: ${method} ${path}`);
    },
    find,
    list: (nowMs) => [...accounts.values()].flatMap((entries) => jobsOf(nowMs, entries)),
  };
}

interface Course {
  readonly startsAtMs: number;
  readonly wholeMs: number;
  readonly cancelledMs: number;
  readonly expiresMs: number;
  readonly isFaulty: boolean;
}

function statusAt(nowMs: number, { startsAtMs, wholeMs, cancelledMs, expiresMs, isFaulty }: Course): JobStatus {
  const stoppedMs = Math.min(cancelledMs, expiresMs);
  if (nowMs >= Math.min(wholeMs, stoppedMs)) {
    if (wholeMs <= stoppedMs) return isFaulty ? "failed" : "completed";
    return cancelledMs <= expiresMs ? "cancelled" : "expired";
  }
  return nowMs > startsAtMs ? "running" : "pending";
}

function isUnended({ status }: { readonly status: JobStatus }): boolean {
  return status === "pending" || status === "running";
}

function isAnswer(value: object): value is JsonAnswer {
  return "status" in value && "json" in value;
}
