import { z } from "zod";
import { WrittenConfig } from "./written-config.ts";

/** The JSON Schema of `apex.yaml`, for editors; committed as `apex-policy.schema.json`. */
export function policyJsonSchema(): object {
  return {
    title: "Apex policy (apex.yaml)",
    ...z.toJSONSchema(WrittenConfig, { io: "input" }),
  };
}
