/** Charges and their card, bills to test savings with, and books to test exports with. */
export { Books } from "./focus/testing/books.ts";
export { changed, days, type UsageOfDay, usageRow } from "./savings/testing/bill.ts";
export { input, LARGE, prove, RESIZE, SMALL } from "./savings/testing/prove.ts";
export { aCharge, TEST_CARD } from "./testing/charges.ts";
