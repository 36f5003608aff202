import type { ResourceSchema } from "@apex/core";
import { type ObjectValue, UnknownValue, type Value } from "./dynamic-value.ts";
import type { ProviderSession } from "./provider-session.ts";

/** Arguments that a resource takes from its provider's configuration when it does not set them itself. */
const INHERITED = ["region", "project", "zone"];

/**
 * Fills in where a new resource will be, as the real providers do while planning: AWS's since version 6 (`region` on
 * every resource), Google's for `project`, `region` and `zone`.
 */
export function planLocation(
  schema: ResourceSchema,
  planned: ObjectValue,
  session: ProviderSession,
): ObjectValue {
  const located: Record<string, Value> = { ...planned };
  for (const name of INHERITED) {
    const attribute = schema.block.attributes?.[name];
    const setting = session.setting(name);
    if (attribute?.optional !== true || attribute.computed !== true || setting === undefined) continue;
    if (located[name] instanceof UnknownValue) located[name] = setting;
  }
  return located;
}
