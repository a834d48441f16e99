import type { Clock } from "../clock.js";
import type { BudgetSpec } from "../control/budget.js";
import type { Decision } from "../control/controller.js";
import type { Random } from "../random.js";
import { Alarm } from "./alarm.js";
import { ask } from "./ask.js";
import { afterFailureMs, afterLossMs, hurryMs, keptForMs, putOffMax, renewalMs } from "./delays.js";
import { Desk } from "./desk.js";
import { Distance } from "./distance.js";
import type { Limit, Note } from "./event.js";
import type { SharedBudget } from "./fold.js";
import { format, isReadable, type Ledger, parse, parseHead } from "./ledger.js";
import { letters } from "./letters.js";
import { notesToStore, toStore } from "./local.js";
import { Lookout } from "./lookout.js";
import { type Grant, step } from "./step.js";
import { ABSENT, type Reply, type Store, tagOf } from "./store.js";
import { type Standing, Touch } from "./touch.js";

/** What a member asks of whom it works for. */
export interface MemberHost {
  specOf(limit: Limit, born: BudgetSpec["born"]): BudgetSpec;
  /** How much it could use just now. */
  wish(nowMs: number): { readonly want: number; readonly isLimited: boolean; readonly inFlight: number };
  /** Others have moved the budgets, or some have come to light elsewhere. */
  onBudgets(budgets: readonly SharedBudget[]): void;
  /** Its part of the rate, or how it stands with the store, is another. */
  onShare(): void;
  /** The store can't be used as it is set up, or is heard of again. */
  onStanding(standing: Standing, error: unknown): void;
}

export interface MemberParts {
  readonly store: Pick<Store, "compareAndSet" | "peek">;
  /** Of the value in the store. */
  readonly key: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly host: MemberHost;
}

/** A lease ends here before the store may end it: what the store tolerates of a writer's time, and what timers are late. */
const LEASE_MARGIN_MS = 300;
const LOSSES_MAX = 12;
/** Who has had nothing to send for so long leaves its part to the others, in milliseconds. */
const IDLE_MS = 60_000;
const ID_LENGTH = 12;

/** One process' place in the fleet that shares one limit. */
export class Member {
  readonly #parts: MemberParts;
  readonly #desk: Desk;
  readonly #id: string;
  /** What the store holds, as far as is known, and the youngest that was ever seen there. */
  #read: Ledger | undefined;
  #seen: Ledger | undefined;
  #tag = ABSENT;
  readonly #distance: Distance;
  readonly #touch: Touch;
  #members = 1;
  #isEager = false;
  #isBusy = false;
  #isHurried = false;
  #isLeaving = false;
  #isClosed = false;
  #usedAtMs: number;
  /** When it asks next, and until when it waits for an answer. */
  readonly #next: Alarm;
  readonly #timeout: Alarm;
  readonly #lookout: Lookout;
  #onLeft: (() => void) | undefined;

  constructor(parts: MemberParts) {
    this.#parts = parts;
    const { clock, random, host } = parts;
    this.#next = new Alarm(clock);
    this.#timeout = new Alarm(clock);
    this.#lookout = new Lookout(parts, (head) => this.#onHead(head));
    this.#desk = new Desk((limit, born) => host.specOf(limit, born));
    this.#touch = new Touch({
      budgets: () => this.#desk.budgets,
      onChange: (now, before, error) => this.#onStanding(now, before, error),
    });
    this.#id = letters(random, ID_LENGTH);
    this.#distance = new Distance(clock);
    this.#usedAtMs = clock.now();
  }

  get standing(): Standing {
    return this.#touch.standing;
  }

  /** Its part of the fleet's rate, in [0, 1]. */
  get fraction(): number {
    return this.#touch.fraction;
  }

  /**
   * By how much its next send is put off, as a part of a send's time: at random, each anew. What many have waited for together, be it
   * their first moment or the end of a pause, they would go on to send together, each time that their turn comes.
   */
  putOff(): number {
    const most = putOffMax(this.#members);
    return most === 0 ? 0 : most * this.#parts.random();
  }

  /** Whether it may send anything now. Who has slept through its lease asks first. */
  maySend(nowMs: number): boolean {
    if (this.#touch.hasLapsed(nowMs)) this.sync();
    if (this.standing === "asking") this.wake();
    return this.standing !== "asking" && this.fraction > 0;
  }

  /** What it may send of a rate of the whole fleet's, in units a second. */
  shareOf(limit: Limit, ratePerSecond: number): number {
    return this.#touch.shareOf(limit, ratePerSecond);
  }

  /** Brings a budget that is there already, or has just come to light. */
  open(budget: SharedBudget, born: BudgetSpec["born"]): void {
    this.#desk.open(budget, born, this.#parts.clock.now());
  }

  /** Takes down what happened at a budget, and tells what follows from it here. */
  note(note: Note): { readonly budget: SharedBudget; readonly decision?: Decision | undefined } | undefined {
    const applied = this.#desk.note(note);
    this.wake();
    if (applied?.decision?.move === "decrease" || (note.kind === "sent" && this.#isEager)) this.#hurry();
    return applied;
  }

  /** There is something to send: who had left comes back. */
  wake(): void {
    const nowMs = this.#parts.clock.now();
    this.#usedAtMs = nowMs;
    if (!this.#next.isSet && !this.#isBusy && !this.#isClosed) this.sync();
  }

  /** Tells the store what is new, and hears what the others have told. */
  sync(): void {
    if (this.#isBusy || this.#isClosed) return;
    this.#next.cancel();
    this.#isBusy = true;
    this.#isHurried = false;
    const nowMs = this.#parts.clock.now();
    this.#isLeaving = this.#onLeft !== undefined || (nowMs - this.#usedAtMs > IDLE_MS && !this.#desk.hasNews);
    this.#attempt(1);
  }

  /** Gives its part back, and calls `onLeft` when the others can know, or the store doesn't answer. No timer is left then. */
  close(onLeft: () => void): void {
    if (this.#isClosed || this.#onLeft !== undefined) return onLeft();
    this.#onLeft = onLeft;
    if (this.standing !== "shared") this.#leave();
    else if (!this.#isBusy) this.sync();
  }

  /** Goes without a word: its part is free when its lease is over. */
  abandon(): void {
    this.#isClosed = true;
    this.#next.cancel();
    this.#timeout.cancel();
    this.#lookout.stop();
  }

  #attempt(tries: number): void {
    const { clock, store, host, random, key } = this.#parts;
    const startedAtMs = clock.now();
    const storeNowMs = Math.max(0, startedAtMs + this.#distance.offsetMs);
    const { seq, notes } = this.#desk.pack();
    const { apartSinceMs } = this.#touch;
    const message = {
      ...{ id: this.#id, seq, isLeaving: this.#isLeaving, seen: this.#seen, ...host.wish(startedAtMs) },
      roundTripMs: this.#distance.roundTripMs,
      notes: notesToStore(notes, this.#distance.offsetMs),
      apartSinceMs: apartSinceMs && Math.max(0, apartSinceMs + this.#distance.offsetMs),
      fractionMax: this.#touch.fractionMax(startedAtMs),
      own: toStore(this.#desk.budgets, this.#distance.offsetMs),
    };
    const grant = step(this.#read, message, storeNowMs, (limit, born) => host.specOf(limit, born));
    // What is less is obeyed before it is told: what is in use is never more than what the others can read.
    // Out of touch it is nobody else's to have, and what it holds is what it had.
    if (this.standing !== "away" && grant.fraction < this.#touch.held) this.#hold(grant.fraction);
    const tag = `${grant.ledger.version}.${letters(random, 8)}`;
    const next = `${tag}|${format(grant.ledger)}`;
    if (!isReadable(grant.ledger, next)) return this.#onFull(startedAtMs);
    const question = { key, expected: this.#tag, next, nowMs: storeNowMs, ttlMs: keptForMs(grant.leaseMs) };
    ask(store, question, this.#timeout, (reply) => {
      if (!this.#isClosed) this.#onReply(reply, { grant, tag, startedAtMs, tries });
    });
  }

  #onReply(reply: Reply, sent: { grant: Grant; tag: string; startedAtMs: number; tries: number }): void {
    const nowMs = this.#parts.clock.now();
    const rttMs = nowMs - sent.startedAtMs;
    if (reply.kind !== "failed") this.#distance.measure(reply.nowMs, nowMs, rttMs);
    if (reply.kind === "won") this.#onWon(sent.grant, sent.tag, sent.startedAtMs);
    else if (reply.kind === "failed") this.#onFailed(reply.error, nowMs);
    else this.#onLost(reply.value, rttMs, sent.tries, nowMs);
  }

  #onWon(grant: Grant, tag: string, startedAtMs: number): void {
    this.#isBusy = false;
    this.#tag = tag;
    this.#read = grant.ledger;
    this.#seen = grant.ledger;
    this.#touch.won();
    this.#isEager = grant.isEager;
    this.#members = Math.max(1, grant.ledger.members.size);
    this.#desk.adopt(grant, this.#id, this.#distance.offsetMs);
    if (this.#isLeaving) return this.#leave(true);
    const leaseEndsMs = startedAtMs + grant.leaseMs - LEASE_MARGIN_MS;
    this.#touch.share({ fractionMax: grant.fractionMax, leaseEndsMs, members: this.#members }, this.#parts.clock.now());
    this.#parts.host.onBudgets(this.#desk.budgets);
    this.#hold(grant.fraction);
    this.#arm(renewalMs(grant, this.#parts.random()));
    if (this.#isHurried || this.#onLeft !== undefined) this.#hurry();
    this.#lookout.look(grant.peekMs);
    this.#parts.host.onShare();
  }

  /** What others have told of the limits since it told of them itself. */
  #onHead(head: string): void {
    if (this.#isClosed || this.#isBusy || this.standing !== "shared") return;
    const { host } = this.#parts;
    const ledger = parseHead(head, (limit) => host.specOf(limit, undefined));
    if (ledger === undefined || ledger.version <= (this.#read?.version ?? 0)) return;
    this.#desk.hear(ledger, this.#distance.offsetMs);
    host.onBudgets(this.#desk.budgets);
    host.onShare();
  }

  #onLost(value: string | undefined, rttMs: number, tries: number, nowMs: number): void {
    const { host, random } = this.#parts;
    const read = value === undefined ? undefined : parse(value, (limit) => host.specOf(limit, undefined));
    if (read === "newer") return this.#onFailed(new Error("the store holds a ledger of a later version"), nowMs, true);
    const isTaken = tagOf(value) !== this.#tag;
    this.#tag = tagOf(value);
    this.#read = read === "garbled" ? undefined : read;
    if (this.#read !== undefined && this.#read.version >= (this.#seen?.version ?? 0)) this.#seen = this.#read;
    if (tries >= LOSSES_MAX && this.#onLeft !== undefined) return this.#leave();
    // Where others win each time the store is there, and a turn comes: with a thousand that start at once, after more losses than these.
    if (tries >= LOSSES_MAX && !isTaken) return this.#onFailed(new Error(`refused ${tries} times in a row`), nowMs);
    if (tries % 2 === 1) this.#attempt(tries + 1);
    else this.#arm(afterLossMs(tries, rttMs, random()), () => this.#attempt(tries + 1));
  }

  /** What is larger nobody would read. It looks again later. */
  #onFull(nowMs: number): void {
    this.#tag = ABSENT;
    this.#read = this.#seen = undefined;
    this.#onFailed(new Error("the fleet is full: no more members have room in one value"), nowMs, true);
  }

  #onFailed(error: unknown, nowMs: number, isFinal = false): void {
    this.#isBusy = false;
    if (this.#isLeaving || this.#onLeft !== undefined) return this.#leave();
    const failures = this.#touch.fail(error, nowMs, isFinal);
    this.#arm(afterFailureMs(failures, this.#parts.random()));
    this.#parts.host.onShare();
  }

  #onStanding(now: Standing, before: Standing, error: unknown): void {
    if (now === "away") this.#desk.beAway();
    if (now === "alone") this.#desk.beAlone(this.#touch.partAlone);
    if (now === "alone") this.#parts.host.onBudgets(this.#desk.budgets);
    if (before !== "asking" || now !== "shared") this.#parts.host.onStanding(now, error);
  }

  #hold(fraction: number): void {
    if (this.#touch.hold(fraction) && this.standing === "shared") this.#parts.host.onShare();
  }

  #hurry(): void {
    this.#isHurried = true;
    if (this.#isBusy || this.standing !== "shared") return;
    this.#arm(hurryMs(this.#members, this.#parts.random));
  }

  #arm(delayMs: number, then: () => void = () => this.sync()): void {
    this.#next.cancel();
    if (!this.#isClosed) this.#next.set(delayMs, then);
  }

  /** It holds nothing any more, and no timer: until it is woken, or for good. */
  #leave(isHeard = false): void {
    this.#isBusy = false;
    this.#next.cancel();
    this.#lookout.stop();
    this.#touch.leave(isHeard);
    if (this.#onLeft === undefined) return;
    this.#isClosed = true;
    this.#onLeft();
  }
}
