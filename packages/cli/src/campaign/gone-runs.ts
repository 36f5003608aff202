import type { OpenRecordStores } from "@apex/store";

/** Ids of a cancelled campaign's runs that nobody does any more: those that another campaign waits for as well are its now, and keep their tickets. */
export async function goneRuns(
  store: Pick<OpenRecordStores, "campaigns">,
  { tenant, id }: { readonly tenant: string; readonly id: string },
): Promise<readonly string[]> {
  const runs = await store.campaigns.runs(tenant, id, { withResults: false });
  const inherited = new Set(
    (await store.campaigns.waitingRuns()).filter((run) => run.tenant === tenant).map(({ runId }) => runId),
  );
  return runs
    .filter(({ runId, state }) => state === "cancelled" && !inherited.has(runId))
    .map(({ runId }) => runId);
}
