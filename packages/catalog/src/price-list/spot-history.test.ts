import { expect, it } from "vitest";
import { type SpotPriceChange, spotHistory } from "./spot-history.ts";

const HOUR = 3_600_000;
const WINDOW = { startMs: 0, endMs: 10 * HOUR };

function change(atHours: number, price: string, other: Partial<SpotPriceChange> = {}): SpotPriceChange {
  return {
    instanceType: "m5.large",
    productDescription: "Linux/UNIX",
    availabilityZone: "eu-north-1a",
    price,
    atMs: atHours * HOUR,
    ...other,
  };
}

function percentiles(...changes: readonly SpotPriceChange[]): Record<string, string> {
  const history = spotHistory();
  for (const each of changes) history.add(each);
  return Object.fromEntries(
    history.finish(WINDOW).map(({ product, usd }) => [`${product.variant} ${product.name}`, usd]),
  );
}

it("weighs prices by the time that they were in force, not by how often they changed", () => {
  // Six hours at 0.03, the rest in four short steps; what was before the window counts from its start.
  const changes = [
    change(-5, "0.03"),
    change(6, "0.04"),
    change(7, "0.05"),
    change(8, "0.06"),
    change(9, "0.09"),
  ];
  expect(percentiles(...changes.toReversed())).toEqual({
    "linux/spot-p50 m5.large": "0.03",
    "linux/spot-p90 m5.large": "0.06",
    "linux/spot-max m5.large": "0.09",
  });
});

it("takes the zones together", () => {
  const other = { availabilityZone: "eu-north-1b" };
  expect(percentiles(change(0, "0.03"), change(0, "0.05", other))).toMatchObject({
    "linux/spot-p50 m5.large": "0.03",
    "linux/spot-p90 m5.large": "0.05",
  });
});

it("keeps licences apart, under the names of either platform", () => {
  const windows = { productDescription: "Windows (Amazon VPC)" };
  expect(percentiles(change(0, "0.03"), change(0, "0.12", windows))).toMatchObject({
    "linux/spot-max m5.large": "0.03",
    "windows/spot-max m5.large": "0.12",
  });
});

it("knows nothing of platforms without a name, of prices that are none, and of what comes after", () => {
  const changes = [change(0, "0.03", { productDescription: "BeOS" }), change(0, "free"), change(20, "0.03")];
  expect(percentiles(...changes)).toEqual({});
});
