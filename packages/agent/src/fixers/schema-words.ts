import { type BlockSchema, oncePer, type TerraformSchemas } from "@apex/core";
import { wordsOf } from "../world/nearest.ts";
import type { World } from "../world/world.ts";
import { EVERYDAY_WORDS } from "./everyday-words.ts";

/** A word in fewer names may be a provider's own slip. */
const USES_MIN = 2;

/** Names that people give to what they declare; their slips are near to each other. Source: Terraform's own examples and modules. */
const COMMON_WORDS = (
  "main mail this that default test text prod production dev develop development stage staging web app api db data blue green red " +
  "east west north south left right first second third alpha beta gamma public private primary secondary front back frontend backend " +
  "server client worker master leader node mode user group role rule admin local global shared common base core edge hub spoke"
).split(" ");

function* namesIn(block: BlockSchema): Generator<string> {
  yield* Object.keys(block.attributes ?? {});
  for (const [name, { block: nested }] of Object.entries(block.block_types ?? {})) {
    yield name;
    yield* namesIn(nested);
  }
}

function* namesOf(schemas: TerraformSchemas): Generator<string> {
  for (const type of schemas.resourceTypes()) {
    yield type;
    const schema = schemas.resource(type);
    if (schema !== undefined) yield* namesIn(schema.block);
  }
  for (const type of schemas.dataSourceTypes()) {
    yield type;
    const schema = schemas.dataSource(type);
    if (schema !== undefined) yield* namesIn(schema.block);
  }
}

/**
 * The words that a writer of Terraform means when writing them: those of at least two names in the schemas, and common names of
 * declarations. Takes all schemas once (0.2 s for those that are bundled) and is kept with them.
 */
export function realWords({ schemas }: Pick<World, "schemas">): ReadonlySet<string> {
  return wordsIn(schemas);
}

const wordsIn = oncePer((schemas: TerraformSchemas): ReadonlySet<string> => {
  const uses = new Map<string, number>();
  for (const name of namesOf(schemas)) {
    for (const word of wordsOf(name)) uses.set(word, (uses.get(word) ?? 0) + 1);
  }
  const words = [...uses].flatMap(([word, count]) => (count >= USES_MIN ? [word] : []));
  return new Set([...words, ...COMMON_WORDS]);
});

/** The words that people mean in names which they give themselves: also those that no schema has. */
export function nameWords({ schemas }: Pick<World, "schemas">): ReadonlySet<string> {
  return wordsInNames(schemas);
}

const wordsInNames = oncePer(
  (schemas: TerraformSchemas): ReadonlySet<string> => new Set([...wordsIn(schemas), ...EVERYDAY_WORDS]),
);
