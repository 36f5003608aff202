import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { AdapterError, type TerraformDiagnostic, type TerraformPlan } from "@apex/core";
import { z } from "zod";

/** What a plan of one side came to, as far as an estimate needs it. */
export interface PlannedSide {
  /** `null` where Terraform refused: the diagnostics say why. */
  readonly plan: TerraformPlan | null;
  readonly diagnostics: readonly TerraformDiagnostic[];
  readonly notes: readonly string[];
  readonly terraformVersion: string;
}

/** Plans by the digest of all that they were made from. */
export interface PlanCache {
  /** `undefined` where there is none, or where it is damaged. */
  get(key: string): Promise<PlannedSide | undefined>;
  /** A cache that cannot be written is none: nothing depends on it. */
  put(key: string, planned: PlannedSide): Promise<void>;
}

const ENTRY_BYTES_MAX = 256 * 1024 * 1024;
/** The digest of the entry, then a line end, then the entry: half a file is not taken for a whole one. */
const DIGEST_LENGTH = 64;

/** Only what is needed to tell an entry from other JSON: its digest has told already that it is as it was written. */
const Entry = z.object({
  plan: z.looseObject({ terraformVersion: z.string(), resources: z.array(z.looseObject({})) }).nullable(),
  diagnostics: z.array(z.looseObject({ severity: z.enum(["error", "warning"]), summary: z.string() })),
  notes: z.array(z.string()),
  terraformVersion: z.string(),
});

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function entryOf(text: string): PlannedSide | undefined {
  const body = text.slice(DIGEST_LENGTH + 1);
  if (text.slice(0, DIGEST_LENGTH) !== digestOf(body)) return undefined;
  const parsed = Entry.safeParse(JSON.parse(body));
  return parsed.success ? (parsed.data as unknown as PlannedSide) : undefined;
}

/** Where a path leads, as far as it is there. */
async function realOf(place: string): Promise<string> {
  const real = await realpath(place).catch(() => undefined);
  if (real !== undefined || path.dirname(place) === place) return real ?? place;
  return path.join(await realOf(path.dirname(place)), path.basename(place));
}

/**
 * A cache in a directory of the workflow's, which it may keep between its runs; `given` is relative to `workspace`. Throws an
 * AdapterError for one in the checkout: how an entry is named is no secret, so a pull request could bring plans of its own making.
 */
export async function openPlanCache(
  given: string,
  place: { readonly workspace: string; readonly checkout: string },
): Promise<PlanCache> {
  const directory = await realOf(path.resolve(place.workspace, given));
  const checkout = await realOf(place.checkout);
  if (directory === checkout || directory.startsWith(`${checkout}${path.sep}`)) {
    throw new AdapterError(
      "denied",
      `cache-directory: ${JSON.stringify(given)} lies in the checkout, where a pull request can put plans of its own making: name one outside of it, like \${{ runner.temp }}/apex-plans`,
    );
  }
  return directoryCache(directory);
}

function directoryCache(directory: string): PlanCache {
  const placeOf = (key: string) => path.join(directory, "plans", `${key}.json`);
  return {
    get: async (key) => {
      try {
        const file = placeOf(key);
        if ((await stat(file)).size > ENTRY_BYTES_MAX) return undefined;
        return entryOf(await readFile(file, "utf8"));
      } catch {
        return undefined;
      }
    },
    put: async (key, planned) => {
      const file = placeOf(key);
      const draft = `${file}.${randomUUID()}.draft`;
      const body = JSON.stringify(planned);
      try {
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(draft, `${digestOf(body)}\n${body}`, { mode: 0o600 });
        await rename(draft, file);
      } catch {
        await rm(draft, { force: true }).catch(() => {});
      }
    },
  };
}

/** Where the workflow keeps nothing. */
export const NO_CACHE: PlanCache = { get: async () => undefined, put: async () => {} };
