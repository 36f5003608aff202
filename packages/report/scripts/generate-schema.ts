import { writeFileSync } from "node:fs";
import { campaignJsonSchema } from "../src/campaign/campaign-schema.ts";
import { reportJsonSchema } from "../src/report-schema.ts";
import { validationJsonSchema } from "../src/validation/validation-schema.ts";

writeFileSync(new URL("../apex-report-v1.schema.json", import.meta.url), reportJsonSchema());
writeFileSync(new URL("../apex-validation-v1.schema.json", import.meta.url), validationJsonSchema());
writeFileSync(new URL("../apex-campaign-v1.schema.json", import.meta.url), campaignJsonSchema());
