/**
 * Loads the grammar's WebAssembly from node_modules: the one door of this package to the machine.
 * Everything else takes bytes and texts.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createHclParser, type HclParser } from "./syntax/hcl-parser.ts";

const require = createRequire(import.meta.url);

/** {@link createHclParser} with the modules of the installed packages. */
export async function loadHclParser(): Promise<HclParser> {
  const [runtime, grammar] = await Promise.all([
    readFile(require.resolve("web-tree-sitter/web-tree-sitter.wasm")),
    readFile(require.resolve("@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm")),
  ]);
  return createHclParser({ runtime, grammar });
}
