export { createVirtualClock, type VirtualClock, type VirtualClockOptions } from "./clock.js";
export { checkScenario } from "./load/check.js";
export { loadScenarioFile, ScenarioFileError } from "./load/file.js";
export { type FoundScenario, findScenarios } from "./load/find.js";
export type { Metrics } from "./measure/measure.js";
export { METRIC_NAMES, METRICS, type Metric, type MetricName } from "./measure/metrics.js";
export { exponential, logNormal, normal, seededRandom } from "./random.js";
export { openPage } from "./report/open-page.js";
export { renderReport } from "./report/render-report.js";
export type { ReportBound, ReportOptions, ReportRun } from "./report/run.js";
export { writeReport } from "./report/write-report.js";
export { CONTESTANT_NAMES, type ContestantChoice } from "./run/contestants.js";
export type { Judgement, SeedValue } from "./run/judge.js";
export { type RecordedRun, recordJob } from "./run/record.js";
export { SCENARIOS } from "./scenarios/index.js";
export { type CapacityOptions, withCapacity } from "./server/capacity.js";
export { DEFAULT_MODELS, type SimulatedModel } from "./server/catalog.js";
export { FAULT_KINDS, type Fault, type FaultKind } from "./server/fault.js";
export { createServiceFetch } from "./server/fetch.js";
export { type RunningServer, type ServerOptions, startServer } from "./server/http.js";
export type { LaneState } from "./server/lane.js";
export type { LatencyOptions } from "./server/latency.js";
export type { Admission, Allowance, Arrival, Limit, LimitChange } from "./server/limit.js";
export type { Move, ScheduledMove } from "./server/move.js";
export { createPolicer, type PolicerOptions } from "./server/policer.js";
export type { Call, Reply, StreamEvent } from "./server/reply.js";
export { type SaturationOptions, withSaturation } from "./server/saturation.js";
export { createService, type Service, type ServiceOptions, type ServiceState } from "./server/service.js";
export { createLimit, type LimitSpec } from "./server/spec.js";
export { createTogetherLimit, type DynamicRange, type TogetherOptions } from "./server/together.js";
export type { TraceSecond } from "./server/trace.js";
export { HEADER_ERAS, type HeaderEra } from "./server/voice.js";
export { createFixedWindow, type WindowOptions } from "./server/window.js";
export {
  type Failure,
  type Run,
  type SimulateOptions,
  type SimulateProgress,
  type Simulation,
  simulate,
} from "./simulate.js";
export type { Bound, ClientSpec, Scenario, ScenarioOptions } from "./world/scenario.js";
export type { Span } from "./world/span.js";
