import { attributeOf, type Configuration } from "@apex/generators-hcl";
import { inventoryOf } from "./inventory.ts";
import { labelsOf } from "./labels.ts";

/** Whether a resource's block says that it must not be destroyed: also where the file, or the rule's own line, cannot be read. */
export function preventsDestroy(configuration: Configuration, address: string): boolean {
  const [type, name] = labelsOf(address);
  return inventoryOf(configuration)
    .filter(({ kind, labels }) => kind === "resource" && labels[0] === type && labels[1] === name)
    .some(({ block, meaning }) => {
      const written = block?.body.blocks
        .filter((inner) => inner.type === "lifecycle")
        .map(({ body }) => attributeOf(body, "prevent_destroy")?.value)
        .find((value) => value !== undefined);
      if (written?.kind === "literal") return written.value === true || written.value === "true";
      return /\bprevent_\w+ (?:= )?"?true\b/.test(meaning);
    });
}
