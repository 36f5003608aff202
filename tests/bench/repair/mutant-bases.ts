import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RepairCase } from "./read-case.ts";

/** A whole configuration that plans: what mistakes are put into. */
export interface MutantBase {
  /** `family/id` of the case whose intended side it is, or the folder of an example. */
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly state: string | null;
}

const EXAMPLE = "examples/acme";

/** What the cases intend, and the example. A case of which only the owner knows what was meant has nothing to give. */
export async function readBases(cases: readonly RepairCase[]): Promise<MutantBase[]> {
  const intended = cases.flatMap(({ family, id, intended: files, broken, applied, state }): MutantBase[] => {
    // What an apply met was planned before.
    const whole = files ?? (applied.length > 0 ? broken : null);
    return whole === null ? [] : [{ name: `${family}/${id}`, files: whole, state }];
  });
  return [...intended, await readExample()];
}

async function readExample(): Promise<MutantBase> {
  const folder = join(import.meta.dirname, "../../..", EXAMPLE);
  const terraform = join(folder, "terraform");
  const names = (await readdir(terraform, { recursive: true })).filter((name) =>
    /\.(?:tf|tfvars)$/.test(name),
  );
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(join(terraform, name), "utf8")] as const),
  );
  const state = await readFile(join(folder, "terraform.tfstate"), "utf8");
  return { name: EXAMPLE, files: Object.fromEntries(texts), state };
}
