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

/** More than this at once is a slip of the keyboard. */
const RANGE_MAX = 100_000;

/** The worlds that a word such as `swarm-17` or `swarm-1..100` stands for; none if it is no such word. */
export function drawnByWord(word: string): readonly Scenario[] {
  const [, name, from = "", to = from] = /^([a-z-]+)-([1-9][0-9]{0,8})(?:\.\.([1-9][0-9]{0,8}))?$/.exec(word) ?? [];
  const kind = DRAWN_KINDS.find((each) => each === name);
  const count = Number(to) - Number(from) + 1;
  if (kind === undefined || count > RANGE_MAX) return [];
  return Array.from({ length: Math.max(0, count) }, (_, index) => drawScenario(kind, Number(from) + index));
}

/** The kind that a scenario's name tells; undefined where it wasn't drawn. */
export function drawnKindOf(name: string): DrawnKind | undefined {
  return DRAWN_KINDS.find((kind) => name.startsWith(`${kind}-`) && /^[0-9]+$/.test(name.slice(kind.length + 1)));
}
