/**
 * The nouns of Apex and its ports: plain, readonly, serialisable values that travel between the stages.
 * Not for decisions, prices or anything that touches the world.
 */
export { AdapterError, type AdapterErrorKind } from "./adapter-error.ts";
export {
  type Address,
  formatAddress,
  formatModulePath,
  type InstanceKey,
  type ModuleStep,
  parseAddress,
} from "./address.ts";
export type {
  AfterAttempt,
  AttemptEnding,
  Campaign,
  CampaignDraft,
  CampaignMember,
  CampaignRun,
  CampaignState,
  ClaimOutcome,
  ExecutionContext,
  Heartbeat,
  HeartbeatOutcome,
  QueuedRun,
  Reservation,
  RunClaim,
  RunExecutor,
  RunRecords,
  RunState,
  StopReason,
  WorkerIdentity,
} from "./campaign.ts";
export {
  type AppliedResource,
  COMPUTE_TYPES,
  type ComputeService,
  type ComputeType,
} from "./compute-service.ts";
export { configurationReferences } from "./configuration-references.ts";
export type {
  AttributeDifference,
  CostDifference,
  DifferenceKind,
  LineItemDifference,
  ResourceDifference,
  SideCost,
} from "./cost-difference.ts";
export { differsByUse, isAllByUse, KNOWN_AFTER_APPLY, unpricedReason } from "./cost-difference.ts";
export { type CostEstimate, type LineItem, type ResourceEstimate } from "./cost-estimate.ts";
export { DECIMAL_COST_COLUMNS, exactCostColumn } from "./cost-columns.ts";
export { type ChargeCategory, type CostRow, type PricingCategory, type ResourceCost } from "./cost-row.ts";
export {
  addDecimals,
  compareDecimals,
  type Decimal,
  decimal,
  divide,
  multiply,
  parseDecimal,
  roundDecimal,
  subtract,
  sumDecimals,
  toNumber,
} from "./decimal.ts";
export { type Diagnostic, hasErrors, type Severity, type SourceLocation } from "./diagnostic.ts";
export { editDistance } from "./edit-distance.ts";
export { isDockerOff } from "./docker-off.mjs";
export { assert, InvariantError, unreachable } from "./invariant.ts";
export {
  type CommandIsolation,
  type IsolatedCommand,
  type IsolatedCommandResult,
  type IsolatedCommands,
} from "./isolation.ts";
export {
  canonicalJson,
  formatPath,
  isJsonObject,
  type JsonObject,
  type JsonPath,
  type JsonValue,
  parseJson,
  valueAt,
} from "./json.ts";
export { type Known, known, unknown } from "./known.ts";
export {
  add,
  compareMoney,
  type Currency,
  formatMoney,
  minus,
  type Money,
  money,
  sum,
  times,
  zero,
} from "./money.ts";
export {
  type DirectoryOwner,
  isOwnerGone,
  ownedPrefix,
  ownerOfName,
} from "./owned-directory.ts";
export { oncePer } from "./once-per.ts";
export { isOutOfRoom } from "./out-of-room.ts";
export { type Edit, type Patch, type TextEdit } from "./patch.ts";
export {
  type BilledResource,
  type Cancellation,
  type Collected,
  type CollectionPart,
  type Collector,
  type CostBatch,
  type CostStore,
  type CostTable,
  type LiveCollector,
  type Repair,
  type ResourceRange,
  type SampleStore,
  type StopSignal,
} from "./ports.ts";
export { type ProcessFate, type ProcessTable, processFate, processStat, told } from "./process-fate.ts";
export {
  type Abstention,
  type Dimension,
  type DimensionEvidence,
  type Evidence,
  type IntendedChange,
  type MigrationEffort,
  type MonthlySavings,
  type NewBlock,
  type Recommendation,
  type RecommendationAction,
  type RiskLevel,
  type SavingsRealisation,
  type WhenUnmanaged,
  REMOVABLE_TYPES,
} from "./recommendation.ts";
export {
  type Distribution,
  type Replayer,
  type ReplayFailure,
  type ReplayInterval,
  type ReplayOptions,
  type ReplayProgress,
  type ReplayResult,
  type ReplaySchedule,
} from "./replay.ts";
export {
  type CloudProvider,
  memberNames,
  nameOfResource,
  type ObservedFacts,
  type Resource,
  type SecondOpinion,
} from "./resource.ts";
export {
  ContainerNotReady,
  type ContainerSpec,
  type ContainerState,
  type ContainerUsage,
  type CounterReading,
  type Endpoint,
  type Environment,
  type EnvironmentSpec,
  type EnvironmentUsage,
  type HostCounters,
  type HostFacts,
  type Reaped,
  type ReapedReading,
  type SandboxHost,
} from "./sandbox.ts";
export { seededRng } from "./seeded-rng.ts";
export {
  type PlanActions,
  type PlannedOutput,
  type PlannedResource,
  type ProviderMode,
  type TerraformDiagnostic,
  type TerraformPlan,
} from "./terraform-plan.ts";
export {
  type AttributeSchema,
  type BlockSchema,
  type BlockTypeSchema,
  type NestedAttributeType,
  type NestingMode,
  type ProviderSchema,
  type ResourceSchema,
  type TerraformSchemas,
  type TypeConstraint,
} from "./terraform-schema.ts";
export { isStandInText, STAND_IN_PREFIX } from "./stand-in-text.ts";
export { DAY_MS, formatInstant, HOURS_PER_MONTH, parseInstant } from "./time.ts";
export { TWIN_DEMAND_US_MAX, TWIN_PROTOCOL } from "./twin-protocol.ts";
export {
  METRIC_NAMES,
  type MetricName,
  type MetricSeries,
  type SampleStatistic,
  type TimeWindow,
  type UtilizationProfile,
} from "./utilization.ts";
export {
  type Calibration,
  type Fit,
  type FittedService,
  type HeadroomProbe,
  type MetricComparison,
  type Objectives,
  type PeakProbe,
  type Reading,
  type RunEvent,
  type RunJournal,
  type RunMeasurement,
  type Side,
  type Unfit,
  type Validation,
  type Verdict,
  type VerdictKind,
  type VerdictReason,
} from "./validation.ts";
export { type AnswerCounts, answerCounts, turnedAwayShare } from "./validation-answers.ts";
export {
  type InternedColumn,
  type RejectedLine,
  type RejectReason,
  requestAt,
  type Workload,
  WORKLOAD_FORMATS,
  WORKLOAD_NUMBERS,
  type WorkloadFile,
  type WorkloadFormat,
  type WorkloadNumberColumn,
  type WorkloadOrigin,
  type WorkloadRequest,
} from "./workload.ts";
