/*
 * Rebuilds `openapi/github.generated.json`: what GitHub's published OpenAPI description says of the operations that the Action
 * uses and of the events that start it, as JSON Schema 2020-12. The server of the tests holds every call to it.
 *
 *   node scripts/prune-openapi.ts --openapi DIR [--check]
 *
 * `--openapi DIR` is a directory with the description installed, outside of this repository (it takes 385 MB):
 *   cd DIR && npm install --ignore-scripts @octokit/openapi@23.0.2
 * `--check` writes nothing and fails when the committed file is not what the description gives.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { OPERATIONS, WEBHOOKS } from "./pruned-operations.ts";
import { type Description, type Json, pruneDescription } from "./prune-description.ts";

const VERSION = "23.0.2";
const TARGET = join(import.meta.dirname, "../openapi/github.generated.json");
/** The oldest release of GitHub Enterprise Server that the package describes: all that is used has to be there, too. */
const OLDEST_ENTERPRISE = "ghes-3.17";

const { values: options } = parseArgs({
  options: { openapi: { type: "string" }, check: { type: "boolean", default: false } },
});
if (options.openapi === undefined) throw new Error("give --openapi DIR, where @octokit/openapi is installed");

const description = read(options.openapi, "api.github.com");
if (description.info.version !== VERSION) {
  throw new Error(`${options.openapi} holds @octokit/openapi ${description.info.version}, not ${VERSION}`);
}
pruneDescription(read(options.openapi, OLDEST_ENTERPRISE), OPERATIONS, []);
const { operations, webhooks, $defs } = pruneDescription(description, OPERATIONS, WEBHOOKS);
const text = `{"source":"@octokit/openapi ${VERSION} (MIT), generated/api.github.com.json, by scripts/prune-openapi.ts",
"operations":[
${operations.map((operation) => JSON.stringify(operation)).join(",\n")}
],
"webhooks":${linePerEntry(webhooks)},
"$defs":${linePerEntry($defs)}}
`;
if (!options.check) {
  writeFileSync(TARGET, text);
  console.log(`${TARGET}: ${operations.length} operations, ${text.length} bytes`);
} else if (readFileSync(TARGET, "utf8") === text) {
  console.log(`${TARGET}: up to date`);
} else {
  console.error(`${TARGET}: differs from its source; generate it again`);
  process.exitCode = 1;
}

function linePerEntry(entries: { readonly [name: string]: Json }): string {
  const lines = Object.entries(entries).map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  return `{\n${lines.join(",\n")}\n}`;
}

function read(directory: string, name: string): Description {
  const file = join(directory, "node_modules/@octokit/openapi/generated", `${name}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as Description;
}
