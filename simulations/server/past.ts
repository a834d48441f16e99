import type { LimitChange } from "./limit.js";
import type { Move } from "./move.js";

/** Where moves have brought the limits, for models that are met later. */
export interface Past {
  add(move: Move): void;
  of(model: string): LimitChange;
}

/** Makes a {@link Past} without any move. */
export function createPast(): Past {
  let ofAll: LimitChange = {};
  const ofOne = new Map<string, LimitChange>();
  return {
    add({ model, organisation, ...move }) {
      // Who has a limit of its own has it from the start, and misses nothing.
      if (organisation !== undefined) return;
      if (model !== undefined) {
        ofOne.set(model, { ...ofOne.get(model), ...move });
        return;
      }
      ofAll = { ...ofAll, ...move };
      for (const [each, own] of ofOne) ofOne.set(each, { ...own, ...move });
    },
    of: (model) => ({ ...ofAll, ...ofOne.get(model) }),
  };
}
