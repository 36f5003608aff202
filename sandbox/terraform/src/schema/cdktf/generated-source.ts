import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { AdapterError } from "@apex/core";

const SOURCE_MAP = /\n\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)/;
/** Structs of large types lie two folders below the type's own: `lib/TYPE/index-structs`. */
const MAX_DEPTH = 4;
const sourceMap = z.object({ sourcesContent: z.array(z.string()) });

/** The generated TypeScript of one folder of a `@cdktf/provider-*` package: one resource, data source or provider. */
export interface GeneratedSource {
  /** Folder under `lib`, `ebs-volume`. */
  readonly folder: string;
  readonly text: string;
}

/** Reads what the source maps under `lib` embed, folder by folder in name order. */
export function* readGeneratedSources(packageDirectory: string): Generator<GeneratedSource> {
  const lib = join(packageDirectory, "lib");
  let entries;
  try {
    entries = readdirSync(lib, { withFileTypes: true });
  } catch (cause) {
    throw new AdapterError("not-found", `${lib} cannot be read; install the provider's package first`, {
      cause,
    });
  }
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  for (const folder of folders.sort()) {
    const texts = scriptsBelow(join(lib, folder), MAX_DEPTH).map(embeddedTypeScript);
    yield { folder, text: texts.join("\n") };
  }
}

function scriptsBelow(directory: string, depth: number): readonly string[] {
  if (depth === 0) throw new AdapterError("invalid", `${directory} is nested deeper than generated code is`);
  return readdirSync(directory, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return scriptsBelow(path, depth - 1);
      return entry.name.endsWith(".js") ? [path] : [];
    });
}

function embeddedTypeScript(path: string): string {
  const encoded = SOURCE_MAP.exec(readFileSync(path, "utf8"))?.[1];
  if (encoded === undefined) throw new AdapterError("invalid", `${path} has no embedded source map`);
  const map = sourceMap.safeParse(JSON.parse(Buffer.from(encoded, "base64").toString("utf8")));
  if (!map.success)
    throw new AdapterError("invalid", `${path}: the source map has no sources: ${map.error.message}`);
  // CDK Terrain, the successor of cdktf, generates the same text under its own name.
  return map.data.sourcesContent.join("\n").replaceAll("cdktn.", "cdktf.");
}
