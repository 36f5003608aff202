import { addDecimals, type Decimal, decimal, multiply } from "@apex/core";

/** Nano-units of `google.type.Money`. */
const NANO = decimal("0.000000001");

/** Units and nanos together; both have the same sign. Source: google/type/money.proto. */
export function exactMoney({
  units,
  nanos,
}: {
  readonly units?: unknown;
  readonly nanos?: number | null | undefined;
}): Decimal {
  return addDecimals(decimal(String(units ?? 0)), multiply(decimal(nanos ?? 0), NANO));
}
