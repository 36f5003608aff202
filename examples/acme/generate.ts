import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { generateFiles } from "./scripts/generate-files.ts";

const root = path.dirname(fileURLToPath(import.meta.url));
for (const [name, text] of generateFiles()) {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, name.endsWith(".gz") ? gzipSync(text, { level: 9 }) : text);
}
