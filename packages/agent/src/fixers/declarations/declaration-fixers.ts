import type { Fixer } from "../fixer.ts";
import { argumentRedefined } from "./argument-redefined.ts";
import { duplicateDeclaration } from "./duplicate-declaration.ts";
import { invalidName } from "./invalid-name.ts";
import { staticReferences } from "./static-references.ts";
import { versionConstraint } from "./version-constraint.ts";

/** The fixers of what is declared twice, badly named, or written where only plain references can stand. */
export const DECLARATION_FIXERS: readonly Fixer[] = [
  duplicateDeclaration,
  argumentRedefined,
  invalidName,
  versionConstraint,
  staticReferences,
];
