// Making one

// Time and dice
export { type Clock, systemClock } from "./clock.js";
export type { Decision } from "./control/controller.js";
export { REASONS, type Reason } from "./control/reasons.js";
export type { Cost, Dimension } from "./cost.js";
export { DEFAULTS, PRESETS } from "./defaults.js";
export type { Dialect } from "./dialect/dialect.js";
// Reading a response
export { type ReadOptions, readSignal } from "./dialect/read.js";
export { isSluiceError, SluiceError, type SluiceErrorCode, type SluiceErrorDetails } from "./errors.js";
// What it tells
export type { BudgetSnapshot } from "./flow/budgets.js";
export type {
  AdviceEvent,
  DecisionEvent,
  DroppedEvent,
  QueuedEvent,
  ResponseEvent,
  RetryEvent,
  SentEvent,
  SettledEvent,
  SluiceEvent,
  WarningEvent,
} from "./flow/event.js";
// What goes through it
export type { Attempt } from "./flow/job.js";
export type { PaceProject } from "./flow/pace.js";
export type {
  BudgetRule,
  ControlOptions,
  FetchRequest,
  PaceOptions,
  QueueOptions,
  RequestOptions,
  RetryOptions,
  SluiceOptions,
} from "./options.js";
export { type Random, systemRandom } from "./random.js";
export type { LimitTraits, Outcome, Quota, ResponseFacts, Signal } from "./signal/signal.js";
export { createSluice, type Sluice } from "./sluice.js";
export type { KeyState, SluiceState } from "./state.js";
