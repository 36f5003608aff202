import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { AdapterError } from "@apex/core";
import type { InputFileStore } from "@apex/store";

/** Files by content in memory, as the database keeps them; `fetched` tells which were asked for. */
export function memoryInputFiles(): InputFileStore & { readonly fetched: readonly string[] } {
  const files = new Map<string, Buffer>();
  const fetched: string[] = [];
  return {
    fetched,
    put: async (tenant, file) => {
      const content = await readFile(file);
      const sha256 = createHash("sha256").update(content).digest("hex");
      files.set(`${tenant}/${sha256}`, content);
      return sha256;
    },
    get: async (tenant, sha256, file) => {
      const content = files.get(`${tenant}/${sha256}`);
      if (content === undefined) throw new AdapterError("not-found", `no file ${sha256}`);
      fetched.push(sha256);
      await writeFile(file, content);
    },
  };
}
