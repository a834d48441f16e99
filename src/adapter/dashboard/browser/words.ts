import type { BudgetSnapshot } from "../../../flow/budgets.js";

const PHASES: Readonly<Record<BudgetSnapshot["phase"], string>> = {
  start: "starting",
  follow: "follows the quota",
  probe: "probes the limit",
  recover: "recovers",
  pause: "waits",
};

/** What the control does, in a word or two. */
export function phaseText({ phase, isPaused }: Pick<BudgetSnapshot, "phase" | "isPaused">): string {
  return isPaused === true ? "paused" : PHASES[phase];
}

const STORES = { shared: "shared with the fleet", away: "store away", alone: "store never reached" } as const;

/** How the rate is shared with other processes. */
export function storeText({ store, share }: Pick<BudgetSnapshot, "store" | "share">): string {
  if (store === undefined) return share === undefined ? "" : "asks the store";
  return store === "shared" && share !== undefined ? `${Math.round(share * 100)} % of the fleet's` : STORES[store];
}

/** Units a second, or a minute where that is the easier number. */
export function perSecond(rate: number | undefined | null): string {
  if (rate === undefined || rate === null) return "–";
  if (rate > 0 && rate < 0.95) return `${short(rate * 60)}/min`;
  return `${rate < 1e4 ? short(rate) : amount(rate)}/s`;
}

/** A count with its thousands apart. */
export function amount(value: number | undefined | null): string {
  return value === undefined || value === null ? "–" : Math.round(value).toLocaleString("en-US");
}

/** `8 s`, `1 min 20 s`, `3 h 05 min`. */
export function span(ms: number | undefined): string {
  if (ms === undefined) return "–";
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const two = (value: number): string => String(value).padStart(2, "0");
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3_600)} h ${two(Math.floor(seconds / 60) % 60)} min`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
