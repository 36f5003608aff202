/**
 * Runs real Terraform offline: plans and validates a user's configuration against stand-in providers that answer from
 * schemas, in a private copy of the directory. Not for applying anything to a cloud, and not for editing HCL.
 */
export { buildMirror, type MirroredProvider, type MirrorRequest } from "./mirror/build-mirror.ts";
export { configurationSources, type ConfigurationSources } from "./plan/configuration-sources.ts";
export { type ConfigurationCopy, copyConfiguration } from "./plan/copy-configuration.ts";
export { decodePlan } from "./plan/decode-plan.ts";
export { findRootModules } from "./plan/find-root-modules.ts";
export { readFixtures } from "./plan/fixtures-file.ts";
export { type MovedBlock, movedBlocks } from "./plan/moved-blocks.ts";
export { openPlanner, planDirectory, type Planner } from "./plan/planner.ts";
export type { PlannerOptions } from "./plan/prepared-run.ts";
export {
  type ApplyResult,
  type PlannedChange,
  type PlanProgress,
  type PlanRequest,
  type PlanResult,
  type ValidateResult,
} from "./plan/plan-request.ts";
export { diagnosticsOfLines, diagnosticsOfValidate } from "./plan/terraform-json.ts";
export { bundledSchemas } from "./schema/bundled-schemas.ts";
export { findTerraform, type TerraformBinary } from "./plan/terraform-binary.ts";
export { type DataSourceFixture, type MachineTypes } from "./provider/provider-session.ts";
export { ConfigurationNotTrustedError, type TrustFinding } from "./trust/finding.ts";
