import { createVirtualClock, type VirtualClock } from "../../simulations/clock.js";
import { seededRandom } from "../../simulations/random.js";
import type { BudgetSpec } from "../../src/control/budget.js";
import { DEFAULTS, PRESETS } from "../../src/defaults.js";
import { Member } from "../../src/store/member.js";
import { MemoryStore } from "../../src/store/memory.js";
import type { Store } from "../../src/store/store.js";
import type { Standing } from "../../src/store/touch.js";

/** Of requests, with the defaults. */
export const SPEC: BudgetSpec = {
  dimension: "requests",
  law: "plateau",
  epochMs: PRESETS.balanced.epochMs,
  multiplicativeDecrease: PRESETS.balanced.multiplicativeDecrease,
  rateInitial: 1,
  rateMin: 0.05,
  rateMax: 1e9,
  burst: DEFAULTS.control.burst,
  startDoublingMs: DEFAULTS.control.startDoublingMs,
  traits: {},
};

/** A member without a sluice around it: it wants what it is told to want. */
export interface Lone {
  readonly member: Member;
  want: number;
  readonly standings: Standing[];
}

/** Members that meet in one store, on a virtual clock. */
export interface Company {
  readonly clock: VirtualClock;
  readonly store: MemoryStore;
  join(want: number, through?: Pick<Store, "compareAndSet">): Lone;
  /** What those that are in touch use of the rate just now, all together. */
  inUse(): number;
  readonly members: Lone[];
}

export function company(seed: string, latencyMs: () => number): Company {
  const clock = createVirtualClock();
  const random = seededRandom(seed);
  const store = new MemoryStore({ clock, latencyMs });
  const members: Lone[] = [];
  return {
    clock,
    store,
    members,
    join(want, through = store) {
      const lone: { -readonly [Name in keyof Lone]: Lone[Name] } = { want, standings: [], member: undefined as never };
      lone.member = new Member({
        store: through,
        key: "m",
        clock,
        random,
        host: {
          specOf: () => SPEC,
          wish: () => ({ want: lone.want, isLimited: lone.want > 0, inFlight: 0 }),
          onBudgets() {},
          onShare() {},
          onStanding: (standing) => lone.standings.push(standing),
        },
      });
      members.push(lone);
      return lone;
    },
    inUse: () =>
      members.reduce((sum, { member }) => {
        const maySend = member.maySend(clock.now());
        return sum + (maySend && member.standing === "shared" ? member.fraction : 0);
      }, 0),
  };
}
