import { type BudgetSpec, heardAfter, type Stamp, startApart, usedBefore } from "../control/budget.js";
import type { Decision } from "../control/controller.js";
import type { Handle, Limit, Note } from "./event.js";
import { isSameLimit } from "./event.js";
import { apply, type FoldContext, fold, type SharedBudget } from "./fold.js";
import type { Ledger } from "./ledger.js";
import { toLocal } from "./local.js";
import { reachesBackTo, sentAfter } from "./recent.js";
import type { Grant, Message } from "./step.js";

/** What a member can be told later must not fill its memory: of an outage of the store the youngest notes are kept. */
const NOTES_MAX = 20_000;

/** Of a sender that knew of none. */
const NO_EPOCH = -1;

type Sent = Extract<Note, { readonly kind: "sent" }>;

/** What was noted and is being told, under one number until somebody is known to have counted it. */
interface Batch {
  readonly seq: number;
  readonly notes: readonly Note[];
}

/**
 * A member's own copy of the budgets: the last ledger, and on top of it what happened here since. Instants are the process's.
 * What lowers a rate is obeyed here before the others are told.
 */
export class Desk {
  readonly #specOf: FoldContext["specOf"];
  #budgets: readonly SharedBudget[] = [];
  #notes: Note[] = [];
  #batch: Batch | undefined;
  /** Sends of which others may still turn out to have sent something before. */
  #sent: Sent[] = [];
  #seq = 0;
  #isLimited = true;
  #isAlone = true;
  /** Whether something else than the rate holds this process back: out of touch, what it had. */
  #isCapped = false;
  /** Whether it goes by a rate of its own, of which the fleet knows nothing. */
  #isApart = false;
  #inFlightElsewhere = 0;
  #untoldMs = 0;

  constructor(specOf: (limit: Limit, born: BudgetSpec["born"]) => BudgetSpec) {
    this.#specOf = specOf;
  }

  get budgets(): readonly SharedBudget[] {
    return this.#budgets;
  }

  get hasNews(): boolean {
    return this.#notes.length > 0;
  }

  /** Out of touch for a while: the rate of the whole isn't what this process goes by, so that it doesn't grow by what is sent. */
  beAway(): void {
    this.#loseTouch(true);
  }

  /** Out of touch, perhaps for good: one who had a part of the fleet's rate goes on from there by the law that finds a rate alone. */
  beAlone(part: number | undefined): void {
    this.#loseTouch(false);
    // Of what it had a part of others still use the rest: only who had all, or was never one of them, sees the level by itself.
    const isWhole = part === undefined || part === 1;
    this.#budgets = this.#budgets.map((budget) => {
      const { state } = budget;
      return { ...budget, state: isWhole ? heardAfter(state, 0) : startApart(state, part) };
    });
  }

  /** Nobody else is heard of: what is decided here holds here at once. */
  #loseTouch(isCapped: boolean): void {
    this.#isCapped = isCapped;
    this.#isApart = !isCapped;
    this.#isAlone = true;
    this.#isLimited = true;
    this.#inFlightElsewhere = 0;
    this.#untoldMs = 0;
    this.#budgets = this.#budgets.map((budget) => ({ ...budget, settledAtMs: budget.settledAtMs ?? budget.epochAtMs }));
  }

  /** A budget that is there already, or begins now. */
  open(budget: SharedBudget, born: BudgetSpec["born"], nowMs: number): void {
    const { dimension, scope } = budget;
    const limit: Limit = scope === undefined ? { dimension } : { dimension, scope };
    this.#budgets = [...this.#budgets, budget];
    this.#keep({ kind: "born", limit, born, atMs: nowMs });
  }

  /** Takes down what happened, and what follows from it here. */
  note(noted: Note): { readonly budget: SharedBudget; readonly decision?: Decision | undefined } | undefined {
    const place = this.#budgets.findIndex((each) => isSameLimit(each, noted.limit));
    const known = this.#budgets[place];
    if (known === undefined) return undefined;
    const note = this.#isCapped ? unlimited(noted) : noted;
    this.#keep(this.#isApart ? apart(note) : note);
    const stamps = new Map<Handle, Stamp>();
    const applied = apply(known, note, stamps, this.#context());
    for (const [handle, stamp] of stamps) handle.stamp = stamp;
    this.#budgets = this.#budgets.with(place, applied.budget);
    return applied;
  }

  /** What is to be told now: the batch that nobody is known to have counted yet, or all that was noted since. */
  pack(): Pick<Message, "seq" | "notes"> {
    if (this.#batch === undefined) {
      this.#seq += 1;
      this.#batch = { seq: this.#seq, notes: this.#notes };
      this.#notes = [];
    }
    return this.#batch;
  }

  /** It was counted. The ledger holds, and on top of it what was noted since. */
  adopt({ ledger, stamps, isLimited, untoldMs }: Grant, id: string, offsetMs: number): void {
    const budgets = toLocal(ledger.budgets, offsetMs);
    for (const [handle, stamp] of stamps) handle.stamp = stamp;
    this.#batch = undefined;
    this.#isCapped = false;
    this.#isApart = false;
    this.#isLimited = isLimited;
    this.#untoldMs = untoldMs;
    this.#isAlone = ledger.members.size <= 1;
    this.#inFlightElsewhere = 0;
    for (const [other, { inFlight }] of ledger.members) if (other !== id) this.#inFlightElsewhere += inFlight;
    this.#revise(ledger.budgets, offsetMs);
    this.#stack(budgets, ledger.atMs - offsetMs);
  }

  /** Others have moved the limits, and nothing is on its way there: what was noted here goes on top of what they are now. */
  hear({ budgets, atMs }: Ledger, offsetMs: number): void {
    if (this.#batch !== undefined) return;
    // As it will when it is told: after a send that goes back behind the last step, the rate would grow again by what it has grown since.
    this.#stack(toLocal(budgets, offsetMs), atMs - offsetMs);
  }

  /** What was noted here and isn't told yet goes on top of what all know; none of it counts as earlier than `nowMs`. */
  #stack(budgets: readonly SharedBudget[], nowMs: number): void {
    const folded = fold(budgets, this.#notes, { ...this.#context(), nowMs });
    for (const [handle, stamp] of folded.stamps) handle.stamp = stamp;
    this.#budgets = folded.budgets;
  }

  /** What others have told of meanwhile was used before some of what was sent here. */
  #revise(budgets: readonly SharedBudget[], offsetMs: number): void {
    const kept: Sent[] = [];
    for (const sent of this.#sent) {
      const budget = budgets.find((each) => isSameLimit(each, sent.limit));
      const atMs = sent.atMs + offsetMs;
      if (budget === undefined || !reachesBackTo(budget.recent, atMs)) continue;
      kept.push(sent);
      const { handle } = sent;
      const { quota } = handle.stamp;
      if (quota === null) continue;
      handle.stamp = usedBefore(
        handle.stamp,
        budget.state.quota.sentTotal - sentAfter(budget.recent, atMs) - quota.sentTotal,
      );
    }
    this.#sent = kept;
  }

  #keep(note: Note): void {
    if (note.kind === "sent") this.#sent.push(note);
    this.#notes.push(note);
    if (this.#notes.length > NOTES_MAX) this.#notes.splice(0, NOTES_MAX / 2);
  }

  #context(): FoldContext {
    return {
      nowMs: Number.NEGATIVE_INFINITY,
      isLimited: this.#isLimited,
      isAlone: this.#isAlone,
      isMerge: false,
      inFlightElsewhere: this.#inFlightElsewhere,
      untoldMs: this.#untoldMs,
      specOf: this.#specOf,
    };
  }
}

/** What is refused to one that goes by a rate of its own is no evidence against the fleet's. */
function apart(note: Note): Note {
  return note.kind === "sent" ? { ...note, epoch: NO_EPOCH } : note;
}

function unlimited(note: Note): Note {
  return note.kind === "sent" ? { ...note, event: { ...note.event, isBottleneck: false } } : note;
}
