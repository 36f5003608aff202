import { decimal, type JsonValue, type LineItem, type LineItemDifference, subtract } from "@apex/core";

/** "Instance usage (Linux, on-demand, m5.xlarge)" is an item of the kind "Instance usage". */
function kindOfItem(item: LineItem): string {
  const [kind = ""] = item.name.split(" (", 1);
  return kind;
}

/**
 * What makes an item of one side one of the other, the surest first. Where several items of a side are alike in one of these,
 * they are paired in order. Names hold the devices and labels by which volumes are told apart; of those that have none, equal
 * ones belong together, then those of one name, and of what then is left, what is bought the same way in the same quantity:
 * of two gp2 volumes and one gp3 volume the gp3 one is the gp2 one of its size. Only what is counted in one unit is ever paired.
 */
const LIKENESSES: readonly ((item: LineItem) => JsonValue)[] = [
  ({ name, unit, purchase = null, quantity, unitPrice }) => [name, unit, purchase, quantity, unitPrice],
  ({ name, unit }) => [name, unit],
  (item) => [kindOfItem(item), item.unit, item.purchase ?? null, item.quantity],
  (item) => [kindOfItem(item), item.unit, item.purchase ?? null],
  (item) => [kindOfItem(item), item.unit],
];

function isSameItem(a: LineItem, b: LineItem): boolean {
  const names = ["name", "unit", "quantity", "unitPrice", "purchase", "region"] as const;
  return names.every((name) => a[name] === b[name]);
}

function paired(before: LineItem, after: LineItem): LineItemDifference {
  const [from, to] = [before.monthlyCost, after.monthlyCost];
  return {
    kind: isSameItem(before, after) ? "same" : "changed",
    before,
    after,
    delta: from === null || to === null ? null : subtract(to, from),
  };
}

/**
 * The line items of a resource's two sides as one list, each item at most once: in the order of the side after, removed ones
 * last. Looking from the other side gives the same pairs.
 */
export function matchLineItems(
  before: readonly LineItem[],
  after: readonly LineItem[],
): readonly LineItemDifference[] {
  // Most resources are the same on both sides.
  if (
    before.length === after.length &&
    after.every((item, index) => isSameItem(before[index] ?? item, item))
  ) {
    return after.map((item, index) => paired(before[index] ?? item, item));
  }
  const partners = new Map<LineItem, LineItem>();
  let [left, right] = [before, after];
  for (const likeness of LIKENESSES) {
    if (left.length === 0 || right.length === 0) break;
    const waiting = Map.groupBy(left, (item) => JSON.stringify(likeness(item)));
    const taken = new Set<LineItem>();
    right = right.filter((item) => {
      const partner = waiting.get(JSON.stringify(likeness(item)))?.shift();
      if (partner === undefined) return true;
      partners.set(item, partner);
      taken.add(partner);
      return false;
    });
    left = left.filter((item) => !taken.has(item));
  }
  return [
    ...after.map((item): LineItemDifference => {
      const partner = partners.get(item);
      return partner === undefined
        ? { kind: "added", before: null, after: item, delta: item.monthlyCost }
        : paired(partner, item);
    }),
    ...left.map(
      (item): LineItemDifference => ({
        kind: "removed",
        before: item,
        after: null,
        delta: item.monthlyCost === null ? null : subtract(decimal(0), item.monthlyCost),
      }),
    ),
  ];
}
