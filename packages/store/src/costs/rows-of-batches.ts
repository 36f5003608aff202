import type { BilledResource, CostBatch, CostRow } from "@apex/core";

/** What a billed resource is told from others by. */
function resourceKey({ ResourceId, Tags, RegionId, SubAccountId }: BilledResource): string {
  return JSON.stringify([ResourceId, Tags, RegionId, SubAccountId]);
}

/** All rows under the ids that they are to be kept under, for a store that takes rows alone. */
export async function* rowsOfBatches(batches: AsyncIterable<CostBatch>): AsyncGenerator<readonly CostRow[]> {
  for await (const batch of batches) {
    if (!("path" in batch)) {
      yield batch;
      continue;
    }
    const ids = new Map((batch.renamed ?? []).map(({ resource, id }) => [resourceKey(resource), id]));
    for await (const rows of batch.rows()) {
      yield ids.size === 0
        ? rows
        : rows.map((row) => {
            const { ResourceId } = row;
            if (ResourceId === null) return row;
            return { ...row, ResourceId: ids.get(resourceKey({ ...row, ResourceId })) ?? ResourceId };
          });
    }
  }
}
