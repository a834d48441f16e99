import type { Note } from "./event.js";
import type { SharedBudget } from "./fold.js";

/** Between a store's time and a process's: `offsetMs` is how far the store's is ahead. */
export function toLocal(budgets: readonly SharedBudget[], offsetMs: number): readonly SharedBudget[] {
  return budgets.map(
    (budget): SharedBudget => ({
      ...budget,
      state: { ...budget.state, clock: budget.state.clock + offsetMs / 1_000 },
      epochAtMs: budget.epochAtMs - offsetMs,
      settledAtMs: budget.settledAtMs === null ? null : budget.settledAtMs - offsetMs,
    }),
  );
}

/** The other way round. */
export function toStore(budgets: readonly SharedBudget[], offsetMs: number): readonly SharedBudget[] {
  return toLocal(budgets, -offsetMs).map((budget) => ({ ...budget, epochAtMs: Math.max(0, budget.epochAtMs) }));
}

/** Notes as the store is told of them. */
export function notesToStore(notes: readonly Note[], offsetMs: number): readonly Note[] {
  return notes.map((note) => ({ ...note, atMs: note.atMs + offsetMs }));
}
