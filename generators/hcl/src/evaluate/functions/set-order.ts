import { identityOf } from "../operators.ts";
import { listOf, type ListValue, toText, type Value } from "../value.ts";

function compareTexts(a: Value, b: Value): number {
  const [left, right] = [toText(a) ?? "", toText(b) ?? ""];
  if (
    a.kind === "scalar" &&
    b.kind === "scalar" &&
    typeof a.scalar === "number" &&
    typeof b.scalar === "number"
  )
    return a.scalar - b.scalar;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** A set: each value once, in the order in which Terraform walks one. Unknown items stay, since they may differ. */
export function setOf(items: readonly Value[], influences: readonly Value[] = []): ListValue {
  return listOf(distinct(items).toSorted(compareTexts), influences, true);
}

/** Each known value once, the first one kept. */
export function distinct(items: readonly Value[]): Value[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const identity = identityOf(item);
    if (identity === undefined) return true;
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}
