import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AdapterError, parseJson } from "@apex/core";
import { z } from "zod";
import { replaceFile } from "../files/atomic-file.ts";

const homeSchema = z.object({ format: z.literal(1), home: z.string() });

/** The collection's own files. */
const FILES = "files";

/**
 * Checks that a collection's samples and bills lie where they are looked for: in its files, or in the ClickHouse database of this
 * address. Elsewhere nothing of what its rounds brought would be found, and nothing of it asked for again. Throws an AdapterError.
 */
export async function checkHome(directory: string, clickHouseUrl: string | undefined): Promise<void> {
  const known = await homeOf(directory);
  const asked = nameOf(clickHouseUrl);
  if (known === undefined || asked === undefined || known === asked) return;
  throw new AdapterError(
    "invalid",
    known === FILES
      ? `samples and bills of ${directory} lie in its files, not in ${asked}; unset CLICKHOUSE_URL, or collect into another directory (--into)`
      : `samples and bills of ${directory} lie in ${known}, not in ${asked === FILES ? "files" : asked}; set CLICKHOUSE_URL to it, or collect into another directory (--into)`,
  );
}

/** As {@link checkHome}; remembers the place where none is known. */
export async function keepHome(directory: string, clickHouseUrl: string | undefined): Promise<void> {
  await checkHome(directory, clickHouseUrl);
  const home = nameOf(clickHouseUrl);
  if (home !== undefined && (await homeOf(directory)) === undefined)
    await replaceFile(fileOf(directory), `${JSON.stringify({ format: 1, home })}\n`);
}

function fileOf(directory: string): string {
  return join(directory, "home.json");
}

async function homeOf(directory: string): Promise<string | undefined> {
  const path = fileOf(directory);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new AdapterError("unavailable", `cannot read ${path}; check its permissions`, { cause: error });
  });
  if (text === undefined) return undefined;
  const parsed = homeSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data.home;
  throw new AdapterError("invalid", `${path} is damaged; remove it and collect again`);
}

/** Without what is secret in it; `undefined` for what is no address, which the store refuses when it is opened. */
function nameOf(clickHouseUrl: string | undefined): string | undefined {
  if (clickHouseUrl === undefined) return FILES;
  const url = URL.parse(clickHouseUrl);
  return url === null ? undefined : `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, "")}`;
}
