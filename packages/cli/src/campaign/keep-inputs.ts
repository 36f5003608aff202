import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { InputFileStore } from "@apex/store";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Progress } from "../progress.ts";
import type { KeptFile } from "./validation-job.ts";

const GIBIBYTE = 1024 ** 3;
/** Of one campaign: all of it goes through the database. */
const TOTAL_BYTES_MAX = 8 * GIBIBYTE;

/** Sends a campaign's input files to where workers find them, each once. */
export interface InputKeeper {
  /** Keeps a file (absolute path) and returns its SHA-256. Throws a CommandError when all are too large together. */
  keep(file: string): Promise<string>;
  keepText(text: string): Promise<string>;
}

/** `scratch` is a directory of ours, for texts; `bytesMax`: of all contents together. */
export function inputKeeper(
  store: InputFileStore,
  tenant: string,
  {
    scratch,
    progress,
    bytesMax = TOTAL_BYTES_MAX,
  }: {
    readonly scratch: string;
    readonly progress: Pick<Progress, "detail">;
    readonly bytesMax?: number;
  },
): InputKeeper {
  const kept = new Map<string, Promise<string>>();
  const texts = new Map<string, Promise<string>>();
  const sent = new Set<string>();
  let bytes = 0;
  const send = async (file: string): Promise<string> => {
    const { size } = await stat(file);
    // The same content under another name is sent and counted once.
    if (bytes + size > bytesMax && !sent.has(await digestOf(file))) throw tooLarge(bytes + size, bytesMax);
    const sha256 = await store.put(tenant, file);
    if (!sent.has(sha256)) bytes += size;
    sent.add(sha256);
    progress.detail(`${sent.size} file${sent.size === 1 ? "" : "s"}, ${(bytes / 1024 ** 2).toFixed(1)} MiB`);
    return sha256;
  };
  const keep = (file: string): Promise<string> => {
    const known = kept.get(file) ?? send(file);
    kept.set(file, known);
    return known;
  };
  const write = async (text: string, name: string): Promise<string> => {
    const file = path.join(scratch, name);
    await writeFile(file, text, { mode: 0o600 });
    return keep(file);
  };
  return {
    keep,
    keepText: (text) => {
      const digest = createHash("sha256").update(text).digest("hex");
      const known = texts.get(digest) ?? write(text, `text-${texts.size + 1}`);
      texts.set(digest, known);
      return known;
    },
  };
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

function tooLarge(bytes: number, bytesMax: number): CommandError {
  const gibibytes = (value: number) => (value / GIBIBYTE).toFixed(1);
  return new CommandError(
    EXIT_CODES.badInput,
    `the campaign's input files come to ${gibibytes(bytes)} GiB and more; its workers can be sent ${gibibytes(bytesMax)} GiB: cut metrics and logs to the time that matters`,
  );
}

/** A name for each file inside a run's directory: as the user would call it below `from`, else by its last part; never twice the same. */
function placesOf(files: readonly string[], from: string): readonly string[] {
  const used = new Set<string>();
  return files.map((file, index) => {
    const relative = path.relative(from, file).split(path.sep).join("/");
    const isInside = relative !== "" && !relative.startsWith("../") && !path.isAbsolute(relative);
    const wanted = isInside ? relative : path.basename(file);
    const name = used.has(wanted) ? `${index + 1}/${wanted}` : wanted;
    used.add(name);
    return name;
  });
}

/** Keeps files that a report names: their places are their names for people. */
export async function keepNamed(
  keeper: InputKeeper,
  files: readonly string[],
  from: string,
): Promise<KeptFile[]> {
  const places = placesOf(files, from);
  const kept: KeptFile[] = [];
  for (const [index, file] of files.entries()) {
    kept.push({ path: places[index] ?? path.basename(file), sha256: await keeper.keep(file) });
  }
  return kept;
}
