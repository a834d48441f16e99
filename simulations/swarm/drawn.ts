import type { Scenario } from "../world/scenario.js";
import { drawMixture } from "./mixture.js";
import { drawPlant } from "./plant.js";
import { drawToldPlant } from "./told-plant.js";

/** Kinds of worlds that are drawn by a number. */
export const DRAWN_KINDS = ["plant", "told-plant", "swarm"] as const;
export type DrawnKind = (typeof DRAWN_KINDS)[number];

const DRAW: Readonly<Record<DrawnKind, (seed: number) => Scenario>> = {
  plant: drawPlant,
  "told-plant": drawToldPlant,
  swarm: drawMixture,
};

/** The world of a kind with this number: the same on every machine. */
export function drawScenario(kind: DrawnKind, seed: number): Scenario {
  return DRAW[kind](seed);
}

/** The world that a name such as `swarm-17` stands for; undefined if it is no such name. */
export function drawnByName(name: string): Scenario | undefined {
  const [, kind, seed] = /^(plant|told-plant|swarm)-([1-9][0-9]{0,8})$/.exec(name) ?? [];
  return kind === undefined ? undefined : drawScenario(kind as DrawnKind, Number(seed));
}
