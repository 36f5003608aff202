/*
 * Rebuilds `graphql/github.generated.graphql`: what GitHub's published GraphQL schema says of the fields that the Action asks for. The
 * server of the tests holds every query and its answer to it.
 *
 *   node scripts/prune-graphql.ts --schema DIR [--check]
 *
 * `--schema DIR` is a directory with the schema installed, outside of this repository (it takes 11 MB):
 *   cd DIR && npm install --ignore-scripts @octokit/graphql-schema@15.26.1
 * `--check` writes nothing and fails when the committed file is not what the schema gives.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { VIEWER_QUERY } from "../src/github/queries.ts";
import { pruneSchema } from "./prune-schema.ts";

const VERSION = "15.26.1";
const TARGET = join(import.meta.dirname, "../graphql/github.generated.graphql");

const { values: options } = parseArgs({
  options: { schema: { type: "string" }, check: { type: "boolean", default: false } },
});
if (options.schema === undefined) {
  throw new Error("give --schema DIR, where @octokit/graphql-schema is installed");
}

const source = join(options.schema, "node_modules/@octokit/graphql-schema");
const { version } = JSON.parse(readFileSync(join(source, "package.json"), "utf8")) as { version: string };
if (version !== VERSION) throw new Error(`${source} is of version ${version}, not ${VERSION}`);
const schema = pruneSchema(readFileSync(join(source, "schema.graphql"), "utf8"), [VIEWER_QUERY]);
const text = `# @octokit/graphql-schema ${VERSION} (MIT), schema.graphql, by scripts/prune-graphql.ts\n\n${schema}\n`;
if (!options.check) {
  writeFileSync(TARGET, text);
  console.log(`${TARGET}: ${text.length} bytes`);
} else if (readFileSync(TARGET, "utf8") === text) {
  console.log(`${TARGET}: up to date`);
} else {
  console.error(`${TARGET}: differs from its source; generate it again`);
  process.exitCode = 1;
}
