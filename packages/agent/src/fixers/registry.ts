import type { Fixer } from "./fixer.ts";
import { KNOWLEDGE_FIXERS } from "./knowledge/knowledge-fixers.ts";
import { DECLARATION_FIXERS } from "./declarations/declaration-fixers.ts";
import { REPETITION_FIXERS } from "./repetition/repetition-fixers.ts";
import { SYNTAX_FIXERS } from "./syntax/syntax-fixers.ts";
import { TYPE_FIXERS } from "./types/type-fixers.ts";
import { NAME_FIXERS } from "./name-fixers.ts";

/** All fixers; of those that know a problem's class, the first with an edit has it. */
export const FIXERS: readonly Fixer[] = [
  ...SYNTAX_FIXERS,
  ...DECLARATION_FIXERS,
  ...TYPE_FIXERS,
  ...KNOWLEDGE_FIXERS,
  ...REPETITION_FIXERS,
  ...NAME_FIXERS,
];
