/**
 * Lossless edits of the user's own Terraform, and tracing a value to the one token that decides it.
 * Takes texts and gives edits; touches no file. Not for running Terraform, nor for making new stacks.
 */
export {
  type Configuration,
  type ConfigurationSource,
  missingModuleDirectories,
  readConfiguration,
  rereadConfiguration,
} from "./configuration/read-configuration.ts";
export {
  attributeOf,
  type ModuleCall,
  type ModuleDefinition,
  type ResourceDeclaration,
  type VariableDeclaration,
} from "./configuration/module-definition.ts";
export { directoryOf, joinPath } from "./configuration/module-path.ts";
export { automaticVariableFiles } from "./configuration/variable-files.ts";
export {
  type ConfiguredResource,
  configuredResources,
  type ConfiguredValues,
} from "./expand/configured-resources.ts";
export { instances, type ListedInstance } from "./expand/fleet.ts";
export { type PatchRequest, patchConfiguration } from "./patch/patch-configuration.ts";
export { applyTextEdits, reviewEdits } from "./patch/text-edits.ts";
export { createHclParser, type HclParser, type ParsedFile } from "./syntax/hcl-parser.ts";
export { formatLiteral } from "./syntax/literal.ts";
export { type AttributeReference, type Token, traceAttribute, type Traced } from "./trace/trace-attribute.ts";
