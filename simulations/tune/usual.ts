/**
 * Scenarios that are tuned on where none is named: limits of one a second and of ten, refusals that come late, long answers,
 * a limit that falls and rises, chance 503s, and one that never stands still. Without headers, which leave little to tune.
 */
export const TUNE_SCENARIOS: readonly string[] = [
  "s01-ten-a-second",
  "s02-one-a-second",
  "s04-late-refusals",
  "s05-long-answers",
  "s06-down-and-up",
  "s12-random-503",
  "s14-sine",
];
