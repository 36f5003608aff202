/** Terraform works beside us: as many at once as a small machine has processors. */
const AT_ONCE = 2;

/** Works on items in their order, some at once, and gives the results in their order. */
export async function mapAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [index, item] of left) results[index] = await work(item);
    }),
  );
  return results;
}
