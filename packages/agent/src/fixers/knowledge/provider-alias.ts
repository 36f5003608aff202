import { attributeOf, type Configuration, directoryOf } from "@apex/generators-hcl";
import type { Block } from "@apex/generators-hcl/syntax";
import { textOf } from "@apex/generators-hcl/syntax";
import { declarationsIn } from "../../world/declared.ts";
import type { Fixer } from "../fixer.ts";
import { nameWords } from "../schema-words.ts";
import { judgeSlip } from "../slip.ts";
import { resourcePlace } from "./resource-place.ts";

/** The block of an address; `undefined` where a module on the way is not read. */
function blockOf(configuration: Configuration, address: string): Block | undefined {
  const place = resourcePlace(configuration, address);
  return place === undefined
    ? undefined
    : configuration.modules.get(place.directory)?.resources.get(place.own)?.block;
}

/**
 * Names the provider configuration that a misspelt alias can only mean: the one of the same provider, declared in the same module,
 * of which it is a slip, and no word of its own. Not where none is near, or two are, or a digit differs (`us_east_1`, `us_east_2`): a resource would be made
 * in another region or account.
 */
export const providerAlias: Fixer = {
  name: "provider-alias",
  classes: ["provider-not-configured"],
  propose({ names, address }, world) {
    const { configuration } = world;
    const missing = /\.([\p{L}_][\p{L}\p{N}_-]*)$/u.exec(names["provider"] ?? "")?.[1];
    const resource = address ?? names["resource"];
    if (missing === undefined || resource === undefined) return null;
    const block = blockOf(configuration, resource);
    const value = block === undefined ? undefined : attributeOf(block.body, "provider")?.value;
    if (block === undefined || value === undefined) return null;
    const written = textOf(value);
    const [, quote = "", local, alias] = /^("?)([\p{L}\p{N}_-]+)\.([\p{L}\p{N}_-]+)\1$/u.exec(written) ?? [];
    if (local === undefined || alias !== missing) return null;
    const prefix = `${local}.`;
    const declared = declarationsIn(configuration, directoryOf(block.source.file))
      .filter(({ kind, key }) => kind === "provider" && key.startsWith(prefix))
      .map(({ key }) => key.slice(prefix.length));
    const found = judgeSlip(alias, declared, nameWords(world));
    if (found.kind === "unclear") {
      const reason = `no configuration of ${local} with the alias ${alias} is declared, and none is near to it`;
      return { kind: "unsure", reason, candidates: declared.map((one) => `${local}.${one}`) };
    }
    const end = value.end - quote.length;
    return {
      kind: "edits",
      edits: [{ file: value.source.file, start: end - alias.length, end, text: found.name }],
      sentence: `${written} is a slip of ${local}.${found.name}, the alias that is declared`,
    };
  },
};
