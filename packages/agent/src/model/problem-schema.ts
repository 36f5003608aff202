import type { Problem } from "../diagnostics/problem.ts";
import { enclosingBlocks, schemaOfBody } from "../world/locate.ts";
import type { World } from "../world/world.ts";
import { framed, type Framing, inLine } from "./framed-data.ts";
import { schemaLines } from "./schema-slice.ts";

/** Characters of one body's schema in the first message: about 700 tokens. */
const SLICE_MAX = 2800;

/** What the provider takes in the body that a problem is in; "" where no known provider decides it. */
export function schemaOfProblem({ place }: Problem, world: World, { nonce }: Framing): string {
  if (place === undefined) return "";
  const blocks = enclosingBlocks(world.configuration, place);
  // Where a block is not expected, the place is its header: what is expected is told by the body around it.
  for (let count = blocks.length; count > 0; count--) {
    const path = blocks.slice(0, count);
    const schema = schemaOfBody(world, path);
    if (schema === undefined) continue;
    const label = path.map(({ type, labels }) => inLine([type, ...labels].join(" "), 100)).join(" / ");
    // Names and types of a provider's schema are no secrets, however much they look like them.
    return framed(`schema of ${label}`, schemaLines(schema, SLICE_MAX), { nonce, redact: (text) => text });
  }
  return "";
}
