import type { Fixer } from "../fixer.ts";
import { forEachSet } from "./for-each-set.ts";
import { invalidDefault } from "./invalid-default.ts";
import { typeKeyword } from "./type-keyword.ts";
import { wrongType } from "./wrong-type.ts";

/** The fixers of values and types that do not fit each other. */
export const TYPE_FIXERS: readonly Fixer[] = [wrongType, invalidDefault, typeKeyword, forEachSet];
