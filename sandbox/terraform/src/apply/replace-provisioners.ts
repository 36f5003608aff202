import { appendFile } from "node:fs/promises";
import type { ProvisionedResource } from "../trust/find-untrusted.ts";
import { lastOverrideFile } from "../plan/override-file.ts";
import type { WorkingCopy } from "../plan/working-copy.ts";

/** Provisioners of an override replace all of a resource's; this one has nothing to do when a resource is made. */
const NOTHING = `  provisioner "local-exec" {
    when       = destroy
    on_failure = continue
    command    = "true"
  }
`;

/**
 * Takes the provisioners of resources away in the copy: the machines that they would set up are placeholders. Gives a note
 * for the report, or none.
 */
export async function replaceProvisioners(
  copy: WorkingCopy,
  resources: readonly ProvisionedResource[],
): Promise<readonly string[]> {
  const byDirectory = Map.groupBy(resources, ({ directory }) => copy.locate(directory));
  for (const [directory, provisioned] of byDirectory) {
    const addresses = new Map(provisioned.map((each) => [`${each.type}.${each.name}`, each]));
    const blocks = [...addresses.values()].map(
      ({ type, name }) => `resource "${type}" "${name}" {\n${NOTHING}}\n`,
    );
    await appendFile(await lastOverrideFile(directory), blocks.join("\n"));
  }
  const names = [...new Set(resources.map(({ type, name }) => `${type}.${name}`))].sort();
  return names.length === 0
    ? []
    : [`Provisioners do not run in an apply without a cloud: ${names.join(", ")}.`];
}
