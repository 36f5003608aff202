/** What a reading costs, computed a second time and otherwise than the product does: in whole numbers of 10⁻¹⁸. */

const SCALE = 18;
const ONE = 10n ** BigInt(SCALE);
const HOUR_NS = 3_600_000_000_000n;
const GIB_HOUR_BYTE_MS = 3_600_000n * 1024n ** 3n;

/** A decimal's text in units of 10⁻¹⁸. Throws a RangeError where that would lose digits. */
export function atto(text: string): bigint {
  const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  const digits = found?.[3]?.replace(/0+$/, "") ?? "";
  if (found === null || digits.length > SCALE)
    throw new RangeError(`not a number of ${SCALE} places: ${text}`);
  const value = BigInt(found[2] + digits.padEnd(SCALE, "0"));
  return found[1] === "-" ? -value : value;
}

/** For people. */
export function attoText(value: bigint): string {
  const sign = value < 0n ? "-" : "";
  const digits = String(value < 0n ? -value : value).padStart(SCALE + 1, "0");
  return `${sign}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`.replace(/\.?0+$/, "");
}

/** a ÷ b to the nearest whole number, halves to the even one; neither is negative. */
export function divideHalfEven(a: bigint, b: bigint): bigint {
  const [quotient, twice] = [a / b, (a % b) * 2n];
  const isUp = twice > b || (twice === b && quotient % 2n === 1n);
  return isUp ? quotient + 1n : quotient;
}

/** A rate card's prices, as texts. */
export interface Prices {
  readonly vcpuHour: string;
  readonly gibHour: string;
  readonly margin: string;
  readonly minimum: string;
}

/** What was used, in whole numbers. */
export interface Usage {
  readonly cpuNs: bigint;
  readonly memoryReservedByteMs: bigint;
}

/** The lines by kind, in units of 10⁻¹⁸; lines of 0 are left out. `hasMinimum`: a verdict has one, what was stopped has not. */
export function independentLines(
  usage: Usage,
  prices: Prices,
  terms: { readonly cap: string; readonly hasMinimum: boolean },
): ReadonlyMap<string, bigint> {
  const price = (base: string) => (atto(base) * (ONE + atto(prices.margin))) / ONE;
  const cap = atto(terms.cap);
  const lines = new Map<string, bigint>();
  if (usage.cpuNs > 0n) lines.set("vcpu", divideHalfEven(price(prices.vcpuHour) * usage.cpuNs, HOUR_NS));
  if (usage.memoryReservedByteMs > 0n) {
    lines.set("memory", divideHalfEven(price(prices.gibHour) * usage.memoryReservedByteMs, GIB_HOUR_BYTE_MS));
  }
  const used = [...lines.values()].reduce((sum, amount) => sum + amount, 0n);
  const least = atto(prices.minimum) < cap ? atto(prices.minimum) : cap;
  if (terms.hasMinimum && used < least) lines.set("minimum", least - used);
  if (used > cap) lines.set("cap", cap - used);
  return lines;
}
