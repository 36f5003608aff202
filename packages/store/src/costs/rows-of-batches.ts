import type { BilledResource, CostBatch, CostRow } from "@apex/core";

/** What a billed resource is told from others by. */
export function resourceKey({ ResourceId, Tags }: BilledResource): string {
  return JSON.stringify([ResourceId, Tags]);
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
            const { ResourceId, Tags } = row;
            if (ResourceId === null) return row;
            return { ...row, ResourceId: ids.get(resourceKey({ ResourceId, Tags })) ?? ResourceId };
          });
    }
  }
}
