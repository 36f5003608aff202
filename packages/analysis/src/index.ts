/**
 * The decisions: which resources cost more than they need, what to change, and why anyone should believe it.
 * Not for collecting, for writing changes into Terraform, or for prices (catalogue).
 */
export { type Analysis, type AnalysisInput, analyze } from "./analyze.ts";
export {
  backtest,
  type BacktestedMachine,
  type BacktestInput,
  type BacktestResult,
  type RecordedMachine,
} from "./backtest.ts";
export { policyJsonSchema } from "./policy/json-schema.ts";
export { type ParsedPolicy, parsePolicy } from "./policy/parse-policy.ts";
export { defaultPolicy, type Policy, PRESET_NAMES, type PresetName, presetPolicy } from "./policy/policy.ts";
export { RULE_NAMES, type RuleName } from "./policy/rule-names.ts";
export type { WrittenConfig } from "./policy/written-config.ts";
