import { writeFileSync } from "node:fs";
import { policyJsonSchema } from "../src/policy/json-schema.ts";

const target = new URL("../apex-policy.schema.json", import.meta.url);
writeFileSync(target, `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
