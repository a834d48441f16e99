import type { BudgetSnapshot } from "./live/governor.js";
import { isFailure, type Result } from "./results/result-line.js";
import { isKeyOf, type Lane } from "./servers.js";
import type { ModelTotal } from "./survey.js";

/** How one model stands. */
export interface ModelProgress {
  readonly model: string;
  /** Requests in the file. */
  readonly total: number;
  /** Of them, those that have a result, from this run or an earlier one. */
  readonly done: number;
  /** Results of this run that are failures. */
  readonly failed: number;
  readonly inFlight: number;
  /** Neither done nor in flight. */
  readonly queued: number;
  /** Sends a second that the control allows. */
  readonly ratePerSecond?: number;
  /** What the server last advertised. */
  readonly limitPerSecond?: number;
  readonly phase?: BudgetSnapshot["phase"];
  /** Tries that were let in, refused with 429, and refused for lack of capacity. */
  readonly accepted: number;
  readonly throttled: number;
  readonly overloaded: number;
  /** Tokens that answers of this run say were spent. */
  readonly tokens: number;
  /** Milliseconds until the last result, at the pace of late; absent while nothing is known. */
  readonly leftMs?: number;
  /** Batches that run, where they are hosted, and how many of the requests in flight they have worked off. */
  readonly batches?: number;
  readonly worked?: number;
}

/** How the batches of one model stand. */
export interface Standing {
  readonly batches: number;
  /** Requests in them, and how many of these the server says it has worked off. */
  readonly requests: number;
  readonly worked: number;
}

/** Results of the last so many milliseconds tell how fast it goes; those of a batch come all at once. */
const SPAN_MS = 20_000;
const BATCH_SPAN_MS = 3_600_000;

interface Tally {
  readonly lane: Lane;
  tokens: number;
  total: number;
  done: number;
  failed: number;
  /** When results came, and how many there were then: oldest first. */
  readonly marks: { readonly atMs: number; readonly done: number }[];
}

/** Counts what a job has done. */
export class Progress {
  readonly #tallies = new Map<string, Tally>();
  readonly #failures = new Map<string, number>();
  readonly #budgets: () => readonly BudgetSnapshot[];
  readonly #standings: (() => ReadonlyMap<string, Standing>) | undefined;
  #problems = 0;

  /** @param standings how batches stand, by model, where requests are sent in those */
  constructor(
    models: ReadonlyMap<string, ModelTotal>,
    budgets: () => readonly BudgetSnapshot[],
    standings?: () => ReadonlyMap<string, Standing>,
  ) {
    this.#budgets = budgets;
    this.#standings = standings;
    for (const [model, { lane, total, done }] of models) {
      this.#tallies.set(model, { lane, total, done, failed: 0, tokens: 0, marks: [] });
    }
  }

  /** Lines that could not be sent, written down in this run. */
  get problems(): number {
    return this.#problems;
  }

  /** Failed results of this run by status or code, the most frequent first. */
  get failures(): readonly (readonly [string, number])[] {
    return [...this.#failures].sort(([, a], [, b]) => b - a);
  }

  onResult(model: string, result: Result): void {
    const tally = this.#tallies.get(model);
    if (tally === undefined) return;
    tally.done += 1;
    tally.tokens += result.answer?.tokens ?? 0;
    if (!isFailure(result)) return;
    tally.failed += 1;
    const reason = String(result.answer?.status ?? result.error?.code);
    this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + 1);
  }

  onProblem(): void {
    this.#problems += 1;
  }

  /** How every model stands, in the order of the file. */
  look(nowMs: number): readonly ModelProgress[] {
    const rows = this.#budgets();
    const standings = this.#standings?.();
    return [...this.#tallies].map(([model, tally]) => {
      const { lane, total, done, failed, tokens } = tally;
      const own = rows.filter((row) => isKeyOf(lane, row.key) && row.dimension !== "concurrency");
      const budget = scarcest(own);
      const standing = standings && (standings.get(model) ?? NO_BATCHES);
      const inFlight = Math.min(standing?.requests ?? budget?.inFlight ?? 0, total - done);
      const leftMs = timeLeft(tally, nowMs, standing);
      return {
        model,
        total,
        done,
        failed,
        inFlight,
        queued: total - done - inFlight,
        ...(budget?.ratePerSecond !== undefined && { ratePerSecond: budget.ratePerSecond }),
        ...(budget?.limitPerSecond !== undefined && { limitPerSecond: budget.limitPerSecond }),
        ...(budget !== undefined && { phase: budget.phase }),
        accepted: Math.max(0, ...own.map((row) => row.accepted)),
        // A refusal counts for the budget that it names, a lack of capacity for all of them.
        throttled: own.reduce((sum, row) => sum + row.throttled, 0),
        overloaded: Math.max(0, ...own.map((row) => row.overloaded)),
        tokens,
        ...(leftMs !== undefined && { leftMs }),
        ...(standing !== undefined && { batches: standing.batches, worked: standing.worked }),
      };
    });
  }
}

/** Of several budgets of requests, the one that holds the model back. */
function scarcest(rows: readonly BudgetSnapshot[]): BudgetSnapshot | undefined {
  const requests = rows.filter((row) => row.dimension === "requests");
  return requests.reduce<BudgetSnapshot | undefined>(
    (least, row) => ((row.ratePerSecond ?? Infinity) < (least?.ratePerSecond ?? Infinity) ? row : least),
    requests[0] ?? rows[0],
  );
}

const NO_BATCHES: Standing = { batches: 0, requests: 0, worked: 0 };

function timeLeft({ total, marks, ...tally }: Tally, nowMs: number, standing?: Standing): number | undefined {
  const done = tally.done + (standing?.worked ?? 0);
  const spanMs = standing === undefined ? SPAN_MS : BATCH_SPAN_MS;
  // An hour of looks at what hasn't moved tells no more than the one in which it did.
  if (standing === undefined || marks.at(-1)?.done !== done) marks.push({ atMs: nowMs, done });
  while (marks.length > 2 && nowMs - (marks[0]?.atMs ?? nowMs) > spanMs) marks.shift();
  const [oldest] = marks;
  if (tally.done === total) return 0;
  if (oldest === undefined || done === oldest.done) return undefined;
  return ((total - done) * (nowMs - oldest.atMs)) / (done - oldest.done);
}
