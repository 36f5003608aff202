import { createRedactor, type Redactor, type Surroundings } from "@apex/agent";
import type { BlockSchema, JsonObject, TerraformDiagnostic } from "@apex/core";
import { attributeOf, type Configuration } from "@apex/generators-hcl";
import { textOf } from "@apex/generators-hcl/syntax";

/** Takes secrets out of what leaves the configuration: for the transcript, the model, and the report's problems. */
export interface RepairRedactor {
  readonly text: (text: string) => string;
  readonly diagnostics: (diagnostics: readonly TerraformDiagnostic[]) => readonly TerraformDiagnostic[];
  readonly json: (value: JsonObject) => JsonObject;
}

/** Variables of the environment whose values are credentials, whatever they look like. */
const CREDENTIALS = /(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS)$/i;

function sensitiveNames(block: BlockSchema, names: Set<string>): void {
  for (const [name, { sensitive }] of Object.entries(block.attributes ?? {})) if (sensitive) names.add(name);
  for (const { block: inner } of Object.values(block.block_types ?? {})) sensitiveNames(inner, names);
}

/** The names of attributes and variables that are secret by their declaration. */
function secretNames(configuration: Configuration, { schemas, state }: Surroundings): ReadonlySet<string> {
  const names = new Set<string>();
  const modules = [...configuration.modules.values()];
  const declared = modules.flatMap(({ resources }) => [...resources.values()]);
  for (const type of new Set([...declared, ...state].map((each) => each.type))) {
    for (const schema of [schemas.resource(type), schemas.dataSource(type)]) {
      if (schema !== undefined) sensitiveNames(schema.block, names);
    }
  }
  for (const variable of modules.flatMap(({ variables }) => [...variables.values()])) {
    const sensitive = attributeOf(variable.block.body, "sensitive")?.value;
    if (sensitive !== undefined && textOf(sensitive).trim() === "true") names.add(variable.name);
  }
  return names;
}

function* secretValues(
  { state }: Surroundings,
  names: ReadonlySet<string>,
  env: Readonly<Record<string, string | undefined>>,
): Generator<string> {
  for (const { attributes } of state) {
    for (const [name, value] of Object.entries(attributes)) {
      if (names.has(name) && typeof value === "string") yield value;
    }
  }
  for (const name of Object.keys(env).toSorted()) {
    const value = env[name];
    if (value !== undefined && CREDENTIALS.test(name)) yield value;
  }
}

/** A diagnostic without secrets. The name of a file of the configuration is none, however it looks: without it there is no place. */
function withPlace(
  diagnostic: TerraformDiagnostic,
  redactor: Redactor,
  files: ReadonlyMap<string, string>,
): TerraformDiagnostic {
  const filename = diagnostic.range?.filename ?? "";
  // A text stays a text, and numbers stay what they are.
  const told = redactor.redactJson({
    ...diagnostic,
  } as unknown as JsonObject) as unknown as TerraformDiagnostic;
  return told.range !== undefined && files.has(filename)
    ? { ...told, range: { ...told.range, filename } }
    : told;
}

/** A redactor that knows a configuration's secrets: those of its files, its state and the environment. */
export function redactorFor(
  configuration: Configuration,
  surroundings: Surroundings,
  env: Readonly<Record<string, string | undefined>>,
): RepairRedactor {
  const names = secretNames(configuration, surroundings);
  const redactor = createRedactor({
    values: secretValues(surroundings, names, env),
    isSensitive: (name) => names.has(name),
  });
  // The files first and in one order: a run that goes on has the placeholders that it began with.
  for (const file of [...configuration.source.files.keys()].toSorted()) {
    redactor.redact(configuration.source.files.get(file) ?? "");
  }
  const { files } = configuration.source;
  return {
    text: (text) => redactor.redact(text),
    diagnostics: (diagnostics) => diagnostics.map((each) => withPlace(each, redactor, files)),
    json: (value) => redactor.redactJson(value) as JsonObject,
  };
}
