import { Waiter } from "../../src/pace/waiter.js";

/** A request with nothing around it. */
export class Request extends Waiter {
  readonly id: number;
  readonly priority: number;
  readonly tenant: string | undefined;
  readonly cost: number;
  notBeforeMs: number;
  expiresAtMs: number;

  constructor(id: number, fields: Partial<Omit<Request, "id">> = {}) {
    super();
    this.id = id;
    this.priority = fields.priority ?? 0;
    this.tenant = fields.tenant;
    this.cost = fields.cost ?? 1;
    this.notBeforeMs = fields.notBeforeMs ?? 0;
    this.expiresAtMs = fields.expiresAtMs ?? Infinity;
  }
}

interface Entry {
  readonly request: Request;
  readonly arrival: number;
  readonly wentAt: number | undefined;
  isDelayed: boolean;
}

interface ModelRank {
  readonly priority: number;
  lastTurn: number;
  virtualTime: number;
  readonly had: Map<string | undefined, number>;
}

/** What the queue is to do, written down as plainly as it can be: one list, searched from end to end at every step. */
export class QueueModel {
  #waiting: Entry[] = [];
  #ranks: ModelRank[] = [];
  #past = new Map<Request, { arrival: number; wentAt: number | undefined }>();
  #arrivals = 0;
  #turn = 0;
  #passedOver = 0;

  get size(): number {
    return this.#waiting.length;
  }

  push(request: Request, nowMs: number): void {
    this.#arrivals += 1;
    this.#add({ request, arrival: this.#arrivals, wentAt: undefined, isDelayed: false }, nowMs);
  }

  requeue(request: Request, nowMs: number): void {
    const past = this.#past.get(request);
    if (past === undefined) this.push(request, nowMs);
    else this.#add({ request, ...past, isDelayed: false }, nowMs);
  }

  peek(nowMs: number): Request | undefined {
    this.#promote(nowMs);
    return this.#next()?.request;
  }

  take(nowMs: number): Request | undefined {
    this.#promote(nowMs);
    return this.#takeNext()?.request;
  }

  remove(request: Request): boolean {
    const entry = this.#waiting.find((each) => each.request === request);
    if (entry === undefined) return false;
    this.#past.set(request, entry);
    this.#waiting = this.#waiting.filter((each) => each !== entry);
    if (!entry.isDelayed) this.#closeEmptyRanks();
    return true;
  }

  expired(nowMs: number): Request[] {
    const late = this.#waiting.filter(({ request }) => request.expiresAtMs <= nowMs);
    late.sort((a, b) => a.request.expiresAtMs - b.request.expiresAtMs || a.arrival - b.arrival);
    for (const { request } of late) this.remove(request);
    return late.map(({ request }) => request);
  }

  removeWhere(predicate: (request: Request) => boolean): Request[] {
    const found = this.#waiting.filter(({ request }) => predicate(request)).sort((a, b) => a.arrival - b.arrival);
    for (const { request } of found) this.remove(request);
    return found.map(({ request }) => request);
  }

  wakeAtMs(): number {
    return Math.min(
      Infinity,
      ...this.#waiting.map(({ request }) => request.expiresAtMs),
      ...this.#waiting.filter(({ isDelayed }) => isDelayed).map(({ request }) => request.notBeforeMs),
    );
  }

  drain(): Request[] {
    const all: Request[] = [];
    for (let next = this.#takeNext(); next !== undefined; next = this.#takeNext()) all.push(next.request);
    const delayed = this.#delayed();
    for (const { request } of delayed) this.remove(request);
    return [...all, ...delayed.map(({ request }) => request)];
  }

  #add(entry: Entry, nowMs: number): void {
    entry.isDelayed = entry.request.notBeforeMs > nowMs;
    if (!entry.isDelayed) this.#enterRank(entry);
    this.#waiting.push(entry);
  }

  #enterRank({ request }: Entry): void {
    let rank = this.#ranks.find(({ priority }) => priority === request.priority);
    if (rank === undefined) {
      rank = { priority: request.priority, lastTurn: ++this.#turn, virtualTime: 0, had: new Map() };
      this.#ranks.push(rank);
    }
    const waitsAlready = this.#ready(rank).some((each) => each.request.tenant === request.tenant);
    if (waitsAlready) return;
    rank.had.set(request.tenant, Math.max(rank.had.get(request.tenant) ?? 0, rank.virtualTime));
  }

  #delayed(): Entry[] {
    return this.#waiting
      .filter(({ isDelayed }) => isDelayed)
      .sort((a, b) => a.request.notBeforeMs - b.request.notBeforeMs || a.arrival - b.arrival);
  }

  #promote(nowMs: number): void {
    for (const entry of this.#delayed()) {
      if (entry.request.notBeforeMs > nowMs) return;
      this.#enterRank(entry);
      entry.isDelayed = false;
    }
  }

  #ready(rank: ModelRank): Entry[] {
    return this.#waiting.filter(({ request, isDelayed }) => !isDelayed && request.priority === rank.priority);
  }

  #oldestRank(): ModelRank | undefined {
    return this.#ranks.toSorted((a, b) => a.lastTurn - b.lastTurn)[0];
  }

  #nextRank(): ModelRank | undefined {
    return this.#passedOver === 9 ? this.#oldestRank() : this.#ranks.toSorted((a, b) => b.priority - a.priority)[0];
  }

  /** Of each tenant the first to arrive; of those the one whose tenant has had least, or that went earliest. */
  #next(): Entry | undefined {
    const rank = this.#nextRank();
    if (rank === undefined) return undefined;
    const ready = this.#ready(rank).sort((a, b) => a.arrival - b.arrival);
    const heads = ready.filter((each, at) => ready.findIndex((b) => b.request.tenant === each.request.tenant) === at);
    return heads.sort((a, b) => startOf(rank, a) - startOf(rank, b) || a.arrival - b.arrival)[0];
  }

  #takeNext(): Entry | undefined {
    const rank = this.#nextRank();
    const entry = this.#next();
    if (rank === undefined || entry === undefined) return undefined;
    const start = startOf(rank, entry);
    rank.virtualTime = Math.max(rank.virtualTime, start);
    rank.had.set(entry.request.tenant, (rank.had.get(entry.request.tenant) ?? 0) + entry.request.cost);
    const wasOldest = rank === this.#oldestRank();
    rank.lastTurn = ++this.#turn;
    this.#waiting = this.#waiting.filter((each) => each !== entry);
    this.#past.set(entry.request, { arrival: entry.arrival, wentAt: start });
    this.#closeEmptyRanks();
    const others = this.#ranks.filter((each) => each !== rank).length;
    if (wasOldest) this.#passedOver = others === 0 ? 0 : 1;
    else this.#passedOver += 1;
    return entry;
  }

  #closeEmptyRanks(): void {
    const oldest = this.#oldestRank();
    this.#ranks = this.#ranks.filter((rank) => this.#ready(rank).length > 0);
    if (oldest !== undefined && !this.#ranks.includes(oldest)) this.#passedOver = 0;
  }
}

function startOf(rank: ModelRank, { request, wentAt }: Entry): number {
  return Math.min(rank.had.get(request.tenant) ?? 0, wentAt ?? Infinity);
}
