/** Programs of a made-up machine, in `root`/bin, that write down how they were called. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Puts a program there, whose `body` is a shell's. Returns its path. */
export function putProgram(root: string, name: string, body: string): string {
  const file = path.join(root, "bin", name);
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> ${root}/calls\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** How they were called, one after the other. */
export function callsIn(root: string): readonly string[] {
  const file = path.join(root, "calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}
