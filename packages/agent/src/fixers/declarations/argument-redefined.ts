import { placeOf } from "@apex/generators-hcl/syntax";
import { attributeAt, enclosingBlocks } from "../../world/locate.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { losesComment, normalised, removal } from "./removal.ts";

/** An argument that is set twice. The second line goes if both set the same; two values are unsure. */
export const argumentRedefined: Fixer = {
  name: "argument-redefined",
  classes: ["argument-redefined"],
  propose({ place }, world): Proposal {
    if (place === undefined) return null;
    const { configuration } = world;
    const second = attributeAt(configuration, place);
    const body =
      enclosingBlocks(configuration, place).at(-1)?.body ?? configuration.parsed.get(place.file)?.body;
    const first = body?.attributes.find(({ name }) => name === second?.name);
    if (first === undefined || second === undefined || first === second) return null;
    if (normalised(first.value) !== normalised(second.value)) {
      const { file } = second.source;
      const candidates = [first, second].map((one) => `${placeOf(one)}: ${normalised(one).slice(0, 120)}`);
      return { kind: "unsure", reason: `${second.name} is set to two values in ${file}`, candidates };
    }
    const edit = removal(second);
    if (edit === undefined || losesComment(second, first)) return null;
    const sentence = `${second.name} is set twice to the same value: once is enough.`;
    return { kind: "edits", edits: [edit], sentence };
  },
};
