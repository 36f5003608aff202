import { writeFileSync } from "node:fs";
import { pricesJsonSchema } from "../src/private-prices/written-prices.ts";

const target = new URL("../apex-prices.schema.json", import.meta.url);
writeFileSync(target, `${JSON.stringify(pricesJsonSchema(), null, 2)}\n`);
