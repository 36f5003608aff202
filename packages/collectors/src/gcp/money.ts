import { addDecimals, type Decimal, decimal, multiply } from "@apex/core";

/** Nano-units of `google.type.Money`. */
const NANO = decimal("0.000000001");

/** Units and nanos together; both have the same sign. Source: google/type/money.proto. */
export function exactMoney({
  units,
  nanos,
}: {
  /** A whole number of 64 bits, in any of the forms that clients give those. */
  readonly units?: number | string | { toString(): string } | null | undefined;
  readonly nanos?: number | null | undefined;
}): Decimal {
  return addDecimals(decimal((units ?? 0).toString()), multiply(decimal(nanos ?? 0), NANO));
}
