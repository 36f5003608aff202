import type { Fixer } from "../fixer.ts";
import { dependencyCycle } from "./dependency-cycle.ts";
import { machineTypeName } from "./machine-type.ts";
import { missingArgument } from "./missing-argument.ts";
import { missingBlock } from "./missing-block.ts";
import { misspeltValue } from "./misspelt-value.ts";
import { moduleSource } from "./module-source.ts";
import { movedReference } from "./moved-reference.ts";
import { providerAlias } from "./provider-alias.ts";
import { providerChange } from "./provider-change.ts";
import { repetitionKeys } from "./repetition-keys.ts";
import { sensitiveOutput } from "./sensitive-output.ts";
import { undeclaredVariable } from "./undeclared-variable.ts";

/**
 * Fixers that know providers' history, the state, or how a configuration hangs together. They come before those that go by near
 * names: a name that a provider took away is no slip.
 */
export const KNOWLEDGE_FIXERS: readonly Fixer[] = [
  providerChange,
  undeclaredVariable,
  misspeltValue,
  dependencyCycle,
  moduleSource,
  providerAlias,
  sensitiveOutput,
  machineTypeName,
  missingArgument,
  missingBlock,
  repetitionKeys,
  movedReference,
];
