/** A source of numbers in [0, 1): what `Math.random` is, or a seeded generator in a simulation. */
export type Random = () => number;

/** The system's dice, the only place where they are named. */
export const systemRandom: Random = () => Math.random();
