import { writeFileSync } from "node:fs";
import { reportJsonSchema } from "../src/report-schema.ts";
import { validationJsonSchema } from "../src/validation/validation-schema.ts";

writeFileSync(new URL("../apex-report-v1.schema.json", import.meta.url), reportJsonSchema());
writeFileSync(new URL("../apex-validation-v1.schema.json", import.meta.url), validationJsonSchema());
