import type { Scenario } from "../world/scenario.js";
import { f01 } from "./f01-three-join-told.js";
import { f03 } from "./f03-four-clients-slow-answers.js";
import { h01 } from "./h01-bucket-fast-answers.js";
import { h01Long } from "./h01-bucket-long-answers.js";
import { h01Streams } from "./h01-bucket-streams.js";
import { h02Long } from "./h02-window-long-answers.js";
import { h02 } from "./h02-window-streams.js";
import { h03 } from "./h03-second-bucket.js";
import { h04 } from "./h04-one-a-second-deep.js";
import { h05 } from "./h05-one-a-second-shallow.js";
import { h06 } from "./h06-two-hundred-deep.js";
import { h07 } from "./h07-window-rounded-up.js";
import { h08 } from "./h08-window-rounded-down.js";
import { h09 } from "./h09-sliding.js";
import { h10 } from "./h10-together-2025.js";
import { h14 } from "./h14-told-steps.js";
import { h15 } from "./h15-told-neighbour.js";
import { h16 } from "./h16-window-end-unsaid.js";
import { l01 } from "./l01-twice-too-high.js";
import { l02Foreign } from "./l02-another-bucket.js";
import { l02 } from "./l02-twice-too-low.js";
import { l03 } from "./l03-second-below-the-minute.js";
import { l04 } from "./l04-constant-remaining.js";
import { l05 } from "./l05-half-a-minute-old.js";
import { l06 } from "./l06-come-and-go.js";
import { l07 } from "./l07-three-in-ten-garbage.js";
import { l08 } from "./l08-wrong-window.js";
import { l09 } from "./l09-honest-then-not.js";
import { s01 } from "./s01-ten-a-second.js";
import { s02 } from "./s02-one-a-second.js";
import { s03 } from "./s03-two-hundred-a-second.js";
import { s04 } from "./s04-late-refusals.js";
import { s05 } from "./s05-long-answers.js";
import { s06 } from "./s06-down-and-up.js";
import { s07 } from "./s07-window-with-reset.js";
import { s08 } from "./s08-together-grows.js";
import { s08Told } from "./s08-together-tells.js";
import { s09 } from "./s09-own-overload-as-503.js";
import { s10 } from "./s10-fireworks.js";
import { s11 } from "./s11-concurrency-unsaid.js";
import { s12 } from "./s12-random-503.js";
import { s13 } from "./s13-outage.js";
import { s14 } from "./s14-sine.js";
import { s16 } from "./s16-four-clients.js";
import { s16Told } from "./s16-four-clients-told.js";
import { s17 } from "./s17-burst-after-little.js";
import { s18 } from "./s18-on-off.js";
import { s19 } from "./s19-light-load.js";
import { s20 } from "./s20-deep-bucket.js";
import { s21 } from "./s21-refused-count.js";
import { s22 } from "./s22-noisy-neighbour.js";
import { s23 } from "./s23-four-clients-four-a-second.js";
import { s24 } from "./s24-limit-header-twice-too-high.js";
import { s25 } from "./s25-stale-headers.js";
import { s26 } from "./s26-garbage-headers.js";
import { s27 } from "./s27-billing.js";
import { s28 } from "./s28-cautious-retry-after.js";
import { s29 } from "./s29-requests-and-tokens.js";
import { s30 } from "./s30-window-shared.js";
import { s30Untold } from "./s30-window-shared-untold.js";
import { s31 } from "./s31-two-models.js";
import { s32 } from "./s32-scale-out-and-in.js";
import { s33 } from "./s33-bursts-above-the-rate.js";
import { s34 } from "./s34-idle-then-back.js";
import { s35 } from "./s35-cold-model.js";
import { s36 } from "./s36-acceleration.js";
import { s37 } from "./s37-silent-time-outs.js";
import { s38 } from "./s38-streams-that-die.js";
import { s39 } from "./s39-impatient-users.js";
import { s40 } from "./s40-interactive-and-batch.js";
import { s41 } from "./s41-clock-jumps.js";
import { s42 } from "./s42-suspension.js";
import { s43 } from "./s43-longer-answers.js";
import { s44 } from "./s44-silent-queue.js";
import { s45 } from "./s45-hidden-retries.js";
import { u01 } from "./u01-short-memory.js";
import { u02 } from "./u02-short-memory-told.js";

/** Every built-in scenario, in the order in which lists and tables show them. Names are unique. */
export const SCENARIOS: readonly Scenario[] = [
  s01,
  s02,
  s03,
  s04,
  s05,
  s06,
  s07,
  s08,
  s08Told,
  s09,
  s10,
  s11,
  s12,
  s13,
  s14,
  s16,
  s16Told,
  s17,
  s18,
  s19,
  s20,
  s21,
  s22,
  s23,
  s24,
  s25,
  s26,
  s27,
  s28,
  s29,
  s30,
  s30Untold,
  s31,
  s32,
  s33,
  s34,
  s35,
  s36,
  s37,
  s38,
  s39,
  s40,
  s41,
  s42,
  s43,
  s44,
  s45,
  u01,
  u02,
  h01,
  h01Long,
  h01Streams,
  h02Long,
  h02,
  h03,
  h04,
  h05,
  h06,
  h07,
  h08,
  h09,
  h10,
  h14,
  h15,
  h16,
  l01,
  l02Foreign,
  l02,
  l03,
  l04,
  l05,
  l06,
  l07,
  l08,
  l09,
  f01,
  f03,
];
