import type { Fixer } from "./fixer.ts";
import { misspeltFunction } from "./functions/misspelt-function.ts";
import { missingInstanceKey, unexpectedInstanceKey } from "./references/instance-key.ts";
import { misspeltAttribute } from "./references/misspelt-attribute.ts";
import { undeclaredReference } from "./references/undeclared-reference.ts";
import { misspeltRepetition, selfReference } from "./references/unrepeated.ts";
import { argumentWrittenAsBlock } from "./schema/argument-written-as-block.ts";
import { blockWrittenAsArgument } from "./schema/block-written-as-argument.ts";
import { misplacedArgument } from "./schema/misplaced-argument.ts";
import { misspeltArgument } from "./schema/misspelt-argument.ts";
import { misspeltBlock } from "./schema/misspelt-block.ts";
import { misspeltType } from "./schema/misspelt-type.ts";
import { readOnlyArgument } from "./schema/read-only-argument.ts";
import { resourceOrData } from "./schema/resource-or-data.ts";

/** Fixers of names: of what a body may hold, of functions, and of what a reference leads to. */
export const NAME_FIXERS: readonly Fixer[] = [
  misspeltArgument,
  misplacedArgument,
  blockWrittenAsArgument,
  argumentWrittenAsBlock,
  misspeltBlock,
  misspeltType,
  resourceOrData,
  readOnlyArgument,
  misspeltFunction,
  undeclaredReference,
  misspeltAttribute,
  missingInstanceKey,
  unexpectedInstanceKey,
  misspeltRepetition,
  selfReference,
];
