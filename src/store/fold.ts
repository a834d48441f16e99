import {
  amidProbe,
  type BudgetSpec,
  type BudgetState,
  beforeAllIsTold,
  countedLate,
  createBudget,
  onResponse,
  onSend,
  onSettle,
  type Stamp,
  sentEarlier,
  usedBefore,
} from "../control/budget.js";
import type { Decision } from "../control/controller.js";
import { withTraits } from "../control/retrait.js";
import type { Handle, Limit, Note } from "./event.js";
import { isSameLimit } from "./event.js";
import { NOTHING_RECENT, type Recent, sentAfter, withSend } from "./recent.js";

/** One budget of a fleet: what control knows of it, and whether all have heard of its last decrease. */
export interface SharedBudget extends Limit {
  readonly state: BudgetState;
  /** When the present epoch began. */
  readonly epochAtMs: number;
  /** Since when all members send by it; null while some may not have heard of it. */
  readonly settledAtMs: number | null;
  /** What was sent lately, in the order of time: members tell of it in turns. */
  readonly recent: Recent;
}

/** What a fold has to know. */
export interface FoldContext {
  /** Nothing is counted before this: the instant of the last step. */
  readonly nowMs: number;
  /** Whether the rate holds the fleet back: one member at the end of its share doesn't grow the rate of all. */
  readonly isLimited: boolean;
  /** Whether nobody else has to hear of a decrease. */
  readonly isAlone: boolean;
  /** In flight at the other members. */
  readonly inFlightElsewhere: number;
  /** How long ago the others have told what they sent, on average, in milliseconds; 0 where nobody else sends. */
  readonly untoldMs: number;
  /** Whether others may tell of earlier sends later. */
  readonly isMerge: boolean;
  specOf(limit: Limit, born: BudgetSpec["born"]): BudgetSpec;
}

/** The budgets after what was noted, and the stamps of the tries that were sent. */
export interface Folded {
  readonly budgets: readonly SharedBudget[];
  readonly stamps: ReadonlyMap<Handle, Stamp>;
}

/** Members that tell later than this, on average, have heard of a decrease before they tell what they sent. */
const LATE_MS = 625;

/** Goes through what one member has noted, by the very steps that a process alone goes by. */
export function fold(before: readonly SharedBudget[], notes: readonly Note[], context: FoldContext): Folded {
  const budgets = [...before];
  const stamps = new Map<Handle, Stamp>();
  for (const note of notes) {
    const place = budgets.findIndex((budget) => isSameLimit(budget, note.limit));
    const known = budgets[place];
    if (known === undefined) {
      if (note.kind === "born") budgets.push(born(note.limit, note.born, note.atMs, context));
    } else budgets[place] = apply(known, note, stamps, context).budget;
  }
  return { budgets, stamps };
}

function born(limit: Limit, how: BudgetSpec["born"], atMs: number, context: FoldContext): SharedBudget {
  const nowMs = Math.max(context.nowMs, atMs);
  const state = createBudget(context.specOf(limit, how), nowMs);
  return { ...limit, state, epochAtMs: nowMs, settledAtMs: nowMs, recent: NOTHING_RECENT };
}

/** One note. `stamps` has those of the tries that were sent in the same fold, and gets the new ones. */
export function apply(
  budget: SharedBudget,
  note: Note,
  stamps: Map<Handle, Stamp>,
  context: FoldContext,
): { readonly budget: SharedBudget; readonly decision?: Decision | undefined } {
  const nowMs = Math.max(context.nowMs, note.atMs);
  const isTold = budget.settledAtMs !== null && nowMs >= budget.epochAtMs + 2 * context.untoldMs;
  const state = isTold ? budget.state : beforeAllIsTold(budget.state, nowMs);
  switch (note.kind) {
    case "born":
      return { budget };
    case "known":
      return { budget: { ...budget, state: withTraits(state, note.traits) } };
    case "sent": {
      const isBottleneck = note.event.isBottleneck && context.isLimited;
      const inFlightBefore = note.event.inFlightBefore + context.inFlightElsewhere;
      const sent = onSend(state, { ...note.event, nowMs, isBottleneck, inFlightBefore });
      const stamp = sentEarlier(sent.state, sent.stamp, note.atMs, epochOf(budget, note.epoch, note.atMs));
      const { charged } = stamp;
      if (!context.isMerge) {
        stamps.set(note.handle, stamp);
        return { budget: after(budget, sent.state, nowMs, context), decision: sent.decision };
      }
      const late = countedLate(sent.state, stamp);
      stamps.set(note.handle, usedBefore(late.stamp, -sentAfter(budget.recent, note.atMs)));
      const told = after(budget, late.state, nowMs, context);
      return { budget: { ...told, recent: withSend(budget.recent, note.atMs, charged) }, decision: sent.decision };
    }
    case "answered": {
      const noted = stamps.get(note.handle) ?? note.handle.stamp;
      const stamp = note.event.verdict === "refused" ? amidProbe(state, noted, 2 * context.untoldMs) : noted;
      const isEarly =
        !isTold && context.untoldMs > LATE_MS && note.event.verdict === "refused" && stamp.epoch === state.law.epoch;
      const heard = isEarly ? asOneOfMany(state) : state;
      const step = onResponse(heard, { ...note.event, nowMs, stamp, untold: untoldBy(budget, nowMs, context) });
      return { budget: after(budget, step.state, nowMs, context), decision: step.decision };
    }
    case "settled": {
      const stamp = stamps.get(note.handle) ?? note.handle.stamp;
      return { budget: { ...budget, state: onSettle(state, { nowMs, stamp, actual: note.actual }) } };
    }
    default:
      return note satisfies never;
  }
}

/**
 * Refused again before all have told what they sent up to the last decrease. Refusals are told at once, so that of what is known by then
 * nearly all was refused: a large fleet, which hears of a decrease long before it has told, would take that for the limit, or for
 * a server that lets in nothing.
 */
function asOneOfMany(state: BudgetState): BudgetState {
  const { refinement, outage } = state;
  return refinement === null && outage.refusals === 0
    ? state
    : { ...state, refinement: null, outage: { ...outage, refusals: 0 } };
}

/** Refusals are told at once, and what was let in is told in turn: their share is one of all that is sent, told or not. */
function untoldBy({ state, epochAtMs }: SharedBudget, nowMs: number, { untoldMs }: FoldContext): number {
  const sinceMs = Math.max(0, Math.min(untoldMs, nowMs - epochAtMs));
  return (state.law.rate * sinceMs) / 1_000 / state.meanCost;
}

/** What was sent before all had heard of the last decrease was refused for the old rate's sake: it lowers nothing. */
function epochOf({ state, settledAtMs }: SharedBudget, known: number, sentAtMs: number): number {
  const isSettled = settledAtMs !== null && sentAtMs >= settledAtMs;
  return isSettled ? known : Math.min(known, state.law.epoch - 1);
}

function after(budget: SharedBudget, state: BudgetState, nowMs: number, { isAlone }: FoldContext): SharedBudget {
  if (state.law.epoch === budget.state.law.epoch) return { ...budget, state };
  return { ...budget, state, epochAtMs: nowMs, settledAtMs: isAlone ? nowMs : null };
}
