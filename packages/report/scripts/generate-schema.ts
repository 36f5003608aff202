import { writeFileSync } from "node:fs";
import { reportJsonSchema } from "../src/report-schema.ts";

writeFileSync(new URL("../apex-report-v1.schema.json", import.meta.url), reportJsonSchema());
