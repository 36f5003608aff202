import { decimal, type UtilizationProfile } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { condenseProfile } from "./hourly-maxima.ts";
import { renderHtml } from "./render-html.ts";
import { anOutcome, aReport } from "./testing.ts";

const HOUR = 3_600_000;

function profile(values: readonly number[], periodMs = HOUR / 12): UtilizationProfile {
  const window = { startMs: 0, endMs: values.length * periodMs };
  const timestampsMs = Float64Array.from(values, (_, index) => index * periodMs);
  const series = { resourceId: "i-0a1", metric: "cpu_percent", statistic: "maximum", periodMs } as const;
  return {
    resourceId: "i-0a1",
    window,
    series: [{ ...series, timestampsMs, values: Float64Array.from(values) }],
  };
}

const page = (values: readonly number[]) =>
  renderHtml(aReport({ outcomes: [anOutcome()] }), {
    profiles: new Map([["i-0a1", condenseProfile(profile(values))]]),
  });

test("an hour is drawn at its highest sample, in the capacity's unit", () => {
  const condensed = condenseProfile(profile([10, 90, 20, ...Array.from({ length: 21 }, () => 5)]));
  expect(condensed.series[0]?.points).toEqual([
    { startMs: 0, maximum: 90 },
    { startMs: HOUR, maximum: 5 },
  ]);
});

test("the chart shows the demand, the need and both capacities", () => {
  const html = page([10, 20, 30]);
  expect(html).toContain('<path class="demand" d="M');
  for (const label of ["need 1.88", "now 8", "after 4"]) expect(html).toContain(label);
});

test("hours that nobody measured are a gap in the line", () => {
  const sparse: UtilizationProfile = profile([1, 2]);
  const [series] = sparse.series;
  if (series === undefined) throw new Error("no series");
  const withGap = { ...sparse, series: [{ ...series, timestampsMs: Float64Array.from([0, 10 * HOUR]) }] };
  const html = renderHtml(aReport({ outcomes: [anOutcome()] }), {
    profiles: new Map([["i-0a1", condenseProfile(withGap)]]),
  });
  expect(/class="demand" d="([^"]*)"/.exec(html)?.[1]?.match(/M/g)).toHaveLength(2);
});

test("a resource without samples has no chart", () => {
  expect(renderHtml(aReport({ outcomes: [anOutcome()] }), { profiles: new Map() })).not.toContain("<svg");
  expect(page([])).not.toContain("<svg");
});

test("whatever names and messages say, they are text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (hostile) => {
      const text = `${hostile}<script>alert(1)</script>" onload="x`;
      const report = aReport({
        outcomes: [anOutcome({ address: text, summary: text, to: text, unknowns: [text], rollback: text })],
        opinions: [
          { resourceId: "i-0a1", source: "gcp-recommender", finding: text, reasonCodes: [text], at: text },
        ],
        diagnostics: [{ severity: "warning", code: "x", summary: text }],
      });
      const html = renderHtml(report, { profiles: new Map() });
      expect(html).not.toContain("<script");
      expect(html).not.toContain('" onload');
    }),
  );
});

test("numbers of any size leave the picture finite", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }),
      (values) => {
        expect(page(values)).not.toMatch(/NaN|Infinity/);
      },
    ),
  );
});

test("what is not applicable says why, apart from what is", () => {
  const outcome = anOutcome(
    { id: "b", monthlySavings: { list: decimal(1), net: null, currency: "USD", realised: "on-merge" } },
    { status: "not-applicable", reason: "it comes from a data source" },
  );
  const html = renderHtml(aReport({ outcomes: [outcome] }), { profiles: new Map() });
  expect(html.indexOf("it comes from a data source")).toBeGreaterThan(
    html.indexOf("<h2>Not applicable</h2>"),
  );
});
