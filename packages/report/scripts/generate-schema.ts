import { writeFileSync } from "node:fs";
import { analysisJsonSchema } from "../src/analysis/analysis-schema.ts";
import { backtestJsonSchema } from "../src/backtest/backtest-schema.ts";
import { invoiceJsonSchema } from "../src/billing/invoice-schema.ts";
import { usageJsonSchema } from "../src/billing/usage-schema.ts";
import { costJsonSchema } from "../src/estimate/cost-schema.ts";
import { estimateJsonSchema } from "../src/estimate/estimate-schema.ts";
import { campaignJsonSchema } from "../src/campaign/campaign-schema.ts";
import { reportJsonSchema } from "../src/report-schema.ts";
import { validationJsonSchema } from "../src/validation/validation-schema.ts";

const SCHEMAS = {
  report: reportJsonSchema,
  validation: validationJsonSchema,
  campaign: campaignJsonSchema,
  invoice: invoiceJsonSchema,
  usage: usageJsonSchema,
  backtest: backtestJsonSchema,
  analysis: analysisJsonSchema,
  estimate: estimateJsonSchema,
  cost: costJsonSchema,
};

for (const [name, schema] of Object.entries(SCHEMAS)) {
  writeFileSync(new URL(`../apex-${name}-v1.schema.json`, import.meta.url), schema());
}
