import { attributeOf, directoryOf } from "@apex/generators-hcl";
import { enclosingBlocks } from "../../world/locate.ts";
import { scopeAt, variableType } from "../expression-type.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { convert } from "./convert.ts";
import { proposalOf } from "./wrong-type.ts";

/**
 * A variable's default that does not fit its type. The default is converted where nothing of it is lost. A list where the type says
 * one value is unsure: the type may be what is wrong.
 */
export const invalidDefault: Fixer = {
  name: "invalid-default",
  classes: ["invalid-default"],
  propose({ place }, world): Proposal {
    if (place === undefined) return null;
    const block = enclosingBlocks(world.configuration, place)[0];
    const module = world.configuration.modules.get(directoryOf(place.file));
    const name = block?.labels[0];
    const scope = scopeAt(world, place.file);
    if (block?.type !== "variable" || name === undefined || module === undefined || scope === undefined)
      return null;
    const value = attributeOf(block.body, "default")?.value;
    const type = variableType(module, name);
    if (value === undefined || type === undefined || type === "dynamic") return null;
    if (typeof type === "string" && (value.kind === "tuple" || value.kind === "object")) {
      const reason = `The default of var.${name} is no ${type}: it or the type is not what was meant`;
      return { kind: "unsure", reason, candidates: [] };
    }
    return proposalOf(
      convert(value, { type, argument: name, scope, isNoJson: true }),
      `the default of var.${name}`,
    );
  },
};
