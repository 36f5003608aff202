import path from "node:path";
import type { Io } from "./io.ts";

/** A file or directory as the user may name it from where they stand. */
export function nearPath({ cwd }: Pick<Io, "cwd">, file: string): string {
  const relative = path.relative(cwd, file);
  return relative.startsWith("..") ? file : relative || ".";
}
