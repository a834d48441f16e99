import { at, write } from "../../../page/browser/place.js";
import { amount } from "./words.js";

/** What a proxy tells beside its budgets. */
export interface Traffic {
  /** Requests under way. */
  readonly open: number;
  /** Clients that had left before their answer was whole. */
  readonly left: number;
  /** Answers that the target broke off in their midst. */
  readonly broken: number;
  /** By class of status. */
  readonly answers: Readonly<Record<string, number>>;
}

/** Shows what becomes of a proxy's requests. */
export function showTraffic({ open, left, broken, answers }: Traffic): void {
  at("traffic").hidden = false;
  const told = Object.entries(answers).sort(([a], [b]) => a.localeCompare(b));
  const parts = [
    `${amount(open)} open`,
    ...told.map(([kind, times]) => `${amount(times)} × ${kind}`),
    ...(left > 0 ? [`${amount(left)} left by their clients`] : []),
    ...(broken > 0 ? [`${amount(broken)} broken off by the target`] : []),
  ];
  write(at("traffic"), parts.join(" · "));
}
