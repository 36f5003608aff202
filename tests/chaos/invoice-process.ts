/** A process that issues the invoices of all tenants again and again until it is ended or killed, as a bookkeeper's machine might. */
import { setTimeout as sleep } from "node:timers/promises";
import { openRecordStores } from "@apex/store";
import { issueAll } from "./issue-all.ts";

const PAUSE_MS = 100;

const store = openRecordStores({
  directory: process.env["APEX_HOME"] ?? "",
  databaseUrl: process.env["DATABASE_URL"] ?? "",
});
for (;;) {
  // Whatever goes wrong here is tried again; what is right is checked in the books.
  await issueAll(store.billing, process.argv.slice(2)).catch(() => undefined);
  await sleep(PAUSE_MS);
}
