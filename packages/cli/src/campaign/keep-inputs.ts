import { stat, writeFile } from "node:fs/promises";
import path from "node:path";
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

/** `scratch` is a directory of ours, for texts. */
export function inputKeeper(
  store: InputFileStore,
  tenant: string,
  { scratch, progress }: { readonly scratch: string; readonly progress: Pick<Progress, "detail"> },
): InputKeeper {
  const kept = new Map<string, Promise<string>>();
  let files = 0;
  let bytes = 0;
  const send = async (file: string): Promise<string> => {
    const { size } = await stat(file);
    bytes += size;
    if (bytes > TOTAL_BYTES_MAX) throw tooLarge(bytes);
    const sha256 = await store.put(tenant, file);
    files += 1;
    progress.detail(`${files} files, ${(bytes / 1024 ** 2).toFixed(1)} MiB`);
    return sha256;
  };
  const keep = (file: string): Promise<string> => {
    const known = kept.get(file) ?? send(file);
    kept.set(file, known);
    return known;
  };
  let texts = 0;
  return {
    keep,
    keepText: async (text) => {
      texts += 1;
      const file = path.join(scratch, `text-${texts}`);
      await writeFile(file, text, { mode: 0o600 });
      return keep(file);
    },
  };
}

function tooLarge(bytes: number): CommandError {
  const gibibytes = (value: number) => (value / GIBIBYTE).toFixed(1);
  return new CommandError(
    EXIT_CODES.badInput,
    `the campaign's input files come to ${gibibytes(bytes)} GiB and more; its workers can be sent ${gibibytes(TOTAL_BYTES_MAX)} GiB: cut metrics and logs to the time that matters`,
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
