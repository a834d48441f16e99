export { type ClockBranch, createVirtualClock, type VirtualClock, type VirtualClockOptions } from "./clock.js";
export { type CompareOptions, type Comparison, compare, RIVAL_NAMES } from "./compare/compare.js";
export { renderLeaderboard } from "./compare/leaderboard-page.js";
export type { Axes, Beaten } from "./compare/pareto.js";
export type { SeedStanding, Standing } from "./compare/standing.js";
export { CLAIRVOYANT } from "./contestants/clairvoyant.js";
export { SLUICES, sluiceContestant } from "./contestants/sluice.js";
export { checkScenario } from "./load/check.js";
export { loadScenarioFile, ScenarioFileError } from "./load/file.js";
export { type FoundScenario, findScenarios } from "./load/find.js";
export type { Problem } from "./load/problem.js";
export { judge, measureBound, type Verdict } from "./measure/judge.js";
export { type Metrics, measureAll, measureOne } from "./measure/measure.js";
export { METRIC_NAMES, METRICS, type Measured, type Metric, type MetricName } from "./measure/metrics.js";
export { exponential, logNormal, normal, seededRandom } from "./random.js";
export { estimateServer, type KeyEstimate, type ServerEstimate } from "./replay/estimate.js";
export { LogError } from "./replay/log.js";
export { type OpenLoop, playOpenLoop, type RatePoint } from "./replay/open-loop.js";
export { type EventLog, readLog } from "./replay/read-log.js";
export { type RecordOptions, recordLog } from "./replay/record-log.js";
export { openPage } from "./report/open-page.js";
export { renderReport } from "./report/render-report.js";
export type { ReportBound, ReportOptions, ReportRun } from "./report/run.js";
export { writeReport } from "./report/write-report.js";
export { CONTESTANT_NAMES, type ContestantChoice } from "./run/contestants.js";
export type { Judgement, SeedValue } from "./run/judge.js";
export { type RecordedRun, recordJob } from "./run/record.js";
export { SCENARIOS } from "./scenarios/index.js";
export type { AnswerKind, AnswerSpec } from "./server/answers.js";
export type { BatchOptions } from "./server/batches.js";
export { type CapacityOptions, withCapacity } from "./server/capacity.js";
export { DEFAULT_MODELS, type SimulatedModel } from "./server/catalog.js";
export { checkServerSpec, problemsOfServer } from "./server/check-server.js";
export type { JobState } from "./server/desk.js";
export { FAULT_KINDS, type Fault, type FaultKind } from "./server/fault.js";
export { createServiceFetch } from "./server/fetch.js";
export type { FineTuneOptions } from "./server/fine-tunes.js";
export { type RunningServer, type ServerOptions, startServer } from "./server/http.js";
export type { LaneState } from "./server/lane.js";
export type { LatencyOptions } from "./server/latency.js";
export type { Lie, QuotaField } from "./server/lie.js";
export type { Admission, Allowance, Arrival, Limit, LimitChange } from "./server/limit.js";
export type { Move, ScheduledMove } from "./server/move.js";
export type { Neighbour } from "./server/neighbour.js";
export { createPolicer, type PolicerOptions } from "./server/policer.js";
export type { Call, Reply, StreamEvent } from "./server/reply.js";
export { type SaturationOptions, withSaturation } from "./server/saturation.js";
export { createService, type Service, type ServiceOptions, type ServiceState } from "./server/service.js";
export { createLimit, type LimitSource, type LimitSpec } from "./server/spec.js";
export type { HeaderSpec } from "./server/speech.js";
export { createTogetherLimit, type DynamicRange, type TogetherOptions } from "./server/together.js";
export type { TraceSecond } from "./server/trace.js";
export { HEADER_ERAS, type HeaderEra } from "./server/voice.js";
export type { Wave } from "./server/wave.js";
export { createFixedWindow, type WindowOptions } from "./server/window.js";
export {
  type Failure,
  type Run,
  type SimulateOptions,
  type SimulateProgress,
  type Simulation,
  simulate,
} from "./simulate.js";
export type { Estimate, Score } from "./tune/score.js";
export { AXES, type Axis, type AxisName, type Values } from "./tune/space.js";
export { tune } from "./tune/tune.js";
export type { Finalist, Gains, Move as TuneMove, TuneOptions, TuneProgress, Tuning } from "./tune/tuning.js";
export { checkWorkload } from "./world/check-workload.js";
export type { Client, ClientContext, Contestant, Ending, Oracle, Wire, WireListener } from "./world/contestant.js";
export { invariants } from "./world/invariants.js";
export type { ClockJump } from "./world/jumps.js";
export type { Recording } from "./world/log.js";
export { createPlant, type Plant, type ProxySpec, type ServerSpec } from "./world/plant.js";
export type { SimulatedRequest, Wish } from "./world/request.js";
export type { Bound, ClientSpec, Scenario, ScenarioOptions } from "./world/scenario.js";
export type { Span } from "./world/span.js";
export type { Demand, DemandMaker, Workload, WorkloadSpec } from "./world/workload.js";
export { runWorld, runWorldAsync, type WorldOptions } from "./world/world.js";
