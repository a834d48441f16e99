import type { LimitSource } from "../server/spec.js";
import type { Plant, ServerSpec } from "./plant.js";

/**
 * A plant whose errors are told to somebody before the contestant sees them: most would take one for a failed request, and
 * go on. Only limits of a user's own throw, and others needn't pay for it.
 */
export function watchedPlant(plant: Plant, spec: ServerSpec, onError: (error: unknown) => void): Plant {
  if (![spec.limit, ...Object.values(spec.limits ?? {})].some(isOwn)) return plant;
  const watch = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      onError(error);
      throw error;
    }
  };
  return {
    arrive: (...words) =>
      watch(() => {
        const answer = plant.arrive(...words);
        const { end } = answer;
        if (end !== undefined) answer.end = (...last) => watch(() => end.apply(answer, last));
        return answer;
      }),
    waitMs: (...words) => watch(() => plant.waitMs(...words)),
    allowed: (...words) => watch(() => plant.allowed(...words)),
    move: (...words) => watch(() => plant.move(...words)),
    uplinkMs: (...words) => plant.uplinkMs(...words),
  };
}

function isOwn(source: LimitSource): boolean {
  return typeof source === "function";
}
