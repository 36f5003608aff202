/** Bills to test savings with. */
export { changed, days, type UsageOfDay, usageRow } from "./savings/testing/bill.ts";
