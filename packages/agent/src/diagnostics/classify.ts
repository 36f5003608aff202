import type { JsonPath, TerraformDiagnostic } from "@apex/core";
import type { Configuration } from "@apex/generators-hcl";
import { readCloudError } from "./cloud-errors.ts";
import { createReader, type Understood } from "./message-template.ts";
import { placeOfDiagnostic } from "./place.ts";
import type { FilePlace, Problem } from "./problem.ts";
import { addressAt, pathAt, withoutKeys } from "./subject.ts";
import { APPLY_MESSAGES } from "./templates/apply.ts";
import { CONDITION_MESSAGES } from "./templates/conditions.ts";
import { DECLARATION_MESSAGES } from "./templates/declarations.ts";
import { EXPRESSION_MESSAGES } from "./templates/expressions.ts";
import { FUNCTION_MESSAGES } from "./templates/functions.ts";
import { MODULE_AND_PROVIDER_MESSAGES } from "./templates/modules-and-providers.ts";
import { REFERENCE_MESSAGES } from "./templates/references.ts";
import { REFACTORING_MESSAGES } from "./templates/refactoring.ts";
import { REPETITION_MESSAGES } from "./templates/repetition.ts";
import { SCHEMA_MESSAGES } from "./templates/schema.ts";
import { NAME_MESSAGES, SYNTAX_MESSAGES } from "./templates/syntax.ts";

const read = createReader([
  // First what holds a user's own words: no later message may be found in them.
  ...CONDITION_MESSAGES,
  ...SYNTAX_MESSAGES,
  ...NAME_MESSAGES,
  ...SCHEMA_MESSAGES,
  ...REFERENCE_MESSAGES,
  ...EXPRESSION_MESSAGES,
  ...FUNCTION_MESSAGES,
  ...REPETITION_MESSAGES,
  ...DECLARATION_MESSAGES,
  ...REFACTORING_MESSAGES,
  ...MODULE_AND_PROVIDER_MESSAGES,
  ...APPLY_MESSAGES,
]);

const UNCLASSIFIED: Understood = { class: "unclassified", names: {} };

/** Classes whose message names an argument that is not written where it points. */
function missingArgument({ class: problemClass, names }: Understood): string | undefined {
  return problemClass === "missing-argument" ? names["name"] : undefined;
}

function pathOf(
  configuration: Configuration,
  place: FilePlace | undefined,
  understood: Understood,
): JsonPath | undefined {
  if (place === undefined || understood.class === "syntax") return undefined;
  return pathAt(configuration, place, missingArgument(understood));
}

function classify(diagnostic: TerraformDiagnostic, configuration: Configuration): Problem {
  const understood = read(diagnostic) ?? readCloudError(diagnostic) ?? UNCLASSIFIED;
  const place = placeOfDiagnostic(configuration, diagnostic);
  const fromPlace = place === undefined ? undefined : addressAt(configuration, place);
  const address = diagnostic.address === undefined ? fromPlace : withoutKeys(diagnostic.address);
  const path = pathOf(configuration, place, understood);
  return {
    class: understood.class,
    diagnostic,
    names: understood.names,
    ...(place === undefined ? {} : { place }),
    ...(address === undefined ? {} : { address }),
    ...(path === undefined ? {} : { path }),
  };
}

/**
 * The errors among Terraform's diagnostics, understood as far as their own fixed words tell, in order; warnings are left out. What no
 * known message fits whole is `unclassified`: nothing is guessed from a part of a text, which may be a user's.
 */
export function classifyDiagnostics(
  diagnostics: readonly TerraformDiagnostic[],
  configuration: Configuration,
): readonly Problem[] {
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map((diagnostic) => classify(diagnostic, configuration));
}
