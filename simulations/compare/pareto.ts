import { meanOf, type SeedStanding, type Standing } from "./standing.js";

/** Two axes on which contestants are compared. */
export interface Axes {
  readonly goodput: number;
  readonly refused: number;
}

/** A rival that was better than sluice on one axis of a scenario, and no worse on the other. */
export interface Beaten {
  readonly scenario: string;
  readonly rival: string;
  /** Present if the rival was told what sluice had to find out. */
  readonly told?: "limit";
  /** Means over the seeds that both lived through. */
  readonly rivalAxes: Axes;
  readonly ownAxes: Axes;
}

/** Differences below this are noise of the last digit that a table shows. */
const TIE = 0.0005;

/** Every case in which a rival beats `own`: same scenario, same seeds. */
export function beatenOf(standings: readonly Standing[], own: string): readonly Beaten[] {
  const ours = new Map(standings.filter(({ contestant }) => contestant === own).map((each) => [each.scenario, each]));
  return standings.filter(isRival).flatMap((rival): readonly Beaten[] => {
    const our = ours.get(rival.scenario);
    if (our === undefined) return [];
    const rivalAxes = axesOver(rival, our);
    const ownAxes = axesOver(our, rival);
    if (!beats(rivalAxes, ownAxes)) return [];
    const { scenario, contestant, told } = rival;
    return [{ scenario, rival: contestant, ...(told !== undefined && { told }), rivalAxes, ownAxes }];
  });
}

/** Whether one is better than the other on an axis, by more than a tie, and no worse than a tie on the other axis. */
export function beats(one: Axes, other: Axes): boolean {
  const more = one.goodput - other.goodput;
  const less = other.refused - one.refused;
  return more >= -TIE && less >= -TIE && (more > TIE || less > TIE);
}

/** Of those in a scenario who had to find the limit by themselves, who is beaten by none of the others. */
export function frontOf(standings: readonly Standing[]): ReadonlySet<Standing> {
  const placed = standings.filter(
    ({ contestant, told, goodput, refused }) =>
      contestant !== "clairvoyant" && told === undefined && !Number.isNaN(goodput + refused),
  );
  return new Set(placed.filter((each) => !placed.some((other) => beats(other, each))));
}

/** Neither sluice, under whatever preset, nor who sees what no client can. */
function isRival({ contestant }: Standing): boolean {
  return contestant !== "clairvoyant" && contestant !== "sluice" && !contestant.startsWith("sluice-");
}

/** Means of the seeds that the other lived through too. */
function axesOver(standing: Standing, other: Standing): Axes {
  const common = new Set(other.seeds.map(({ seed }) => seed));
  const seeds: readonly SeedStanding[] = standing.seeds.filter(({ seed }) => common.has(seed));
  return { goodput: meanOf(seeds, "goodput"), refused: meanOf(seeds, "refused") };
}
