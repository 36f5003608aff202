/**
 * The decisions: which resources cost more than they need, what to change, and why anyone should believe it.
 * Not for collecting, for writing changes into Terraform, or for prices (catalogue).
 */
export { type Analysis, type AnalysisInput, analyze, concludeAnalysis } from "./analyze.ts";
export {
  isPlain,
  type JudgedProfile,
  type JudgedProfiles,
  judgeProfiles,
  type JudgingInput,
  namesToJudge,
} from "./judge-profiles.ts";
export { type Calibration, calibrationOf, type ConfidenceBin } from "./backtest/calibration.ts";
export { compareRules, MACHINES_MIN, type RuleComparison, SUPPORT_MIN } from "./backtest/dominance.ts";
export { ourRule } from "./backtest/our-rule.ts";
export type { RecordedMachine } from "./backtest/recorded-machine.ts";
export { type Replay, type ReplayPlan, replayRules } from "./backtest/replay.ts";
export { type RuleScore, scoreOf } from "./backtest/score.ts";
export type { SizingRule } from "./backtest/sizing-rule.ts";
export { PEER_RULES } from "./backtest/sizing-rules.ts";
export { toldOperatingSystems } from "./fleet/operating-system.ts";
export { policyJsonSchema } from "./policy/json-schema.ts";
export { type ParsedPolicy, parsePolicy } from "./policy/parse-policy.ts";
export { defaultPolicy, type Policy, PRESET_NAMES, type PresetName, presetPolicy } from "./policy/policy.ts";
export { RULE_NAMES, type RuleName } from "./policy/rule-names.ts";
export type { WrittenConfig } from "./policy/written-config.ts";
export { noEditReason } from "./rules/no-edit.ts";
