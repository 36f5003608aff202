import { expect, test } from "vitest";
import fc from "fast-check";
import { ClfClock } from "./clf-clock.ts";
import { parseClfStamp, parseEpochStamp, parseIsoStamp, parseStamp } from "./stamp.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value: number) => String(value).padStart(2, "0");

test("any instant reads back from any zone, as the platform's own calendar says", () => {
  const instants = fc.integer({ min: 631_300_000, max: 4_102_300_000 });
  const zones = fc.integer({ min: -14 * 60, max: 14 * 60 });
  fc.assert(
    fc.property(instants, zones, (seconds, zoneMinutes) => {
      const local = new Date((seconds + zoneMinutes * 60) * 1000);
      const [hours, minutes] = [Math.floor(Math.abs(zoneMinutes) / 60), Math.abs(zoneMinutes) % 60];
      const zone = `${zoneMinutes < 0 ? "-" : "+"}${two(hours)}${two(minutes)}`;
      const clock = local.toISOString().slice(11, 19);
      const clf = `${two(local.getUTCDate())}/${MONTHS[local.getUTCMonth()]}/${local.getUTCFullYear()}:${clock} ${zone}`;
      expect(parseClfStamp(clf)?.epochMs).toBe(seconds * 1000);
      expect(parseIsoStamp(`${local.toISOString().slice(0, 19)}${zone}`)?.epochMs).toBe(seconds * 1000);
    }),
  );
});

test("the hour that summer time takes or repeats is told by the offset", () => {
  const before = parseClfStamp("27/Oct/2024:02:59:59 +0200")!.epochMs;
  expect(parseClfStamp("27/Oct/2024:02:00:00 +0100")!.epochMs - before).toBe(1000);
});

test("a leap second is the second after it, and only ever at midnight UTC", () => {
  const leap = parseClfStamp("01/Jan/2017:00:59:60 +0100")!;
  expect(leap).toMatchObject({ isLeapSecond: true, epochMs: Date.UTC(2017, 0, 1) });
  expect(parseClfStamp("01/Jan/2017:12:59:60 +0000")).toBeUndefined();
  expect(parseIsoStamp("2017-01-01T00:00:61Z")).toBeUndefined();
});

test.each([
  "17/May/24:10:05:03 +0000",
  "17/May/0024:10:05:03 +0000",
  "31/Apr/2024:10:05:03 +0000",
  "29/Feb/2023:10:05:03 +0000",
  "00/May/2024:10:05:03 +0000",
  "17/Mai/2024:10:05:03 +0000",
  "17/May/2024:24:00:00 +0000",
  "17/May/2024:10:60:03 +0000",
  "17/May/2024:10:05:03 +1500",
  "17/May/2024:10:05:03 +0260",
  "17/May/2024:10:05:03",
])("%s is no stamp", (text) => {
  expect(parseClfStamp(text)).toBeUndefined();
});

test("epoch seconds, milli-, micro- and nanoseconds are told apart by size", () => {
  const epochMs = 1_715_933_103_250;
  expect(parseEpochStamp(1_715_933_103.25)).toMatchObject({ epochMs, hasFraction: true });
  for (const value of [epochMs, epochMs * 1e3, epochMs * 1e6])
    expect(parseEpochStamp(value)?.epochMs).toBe(epochMs);
  expect(parseEpochStamp(1_715_933_103)?.hasFraction).toBe(false);
  for (const value of [0, -1, 86_400, 1e12 / 3, Number.NaN, Number.POSITIVE_INFINITY, 1e300])
    expect(parseEpochStamp(value)).toBeUndefined();
});

test("a stamp without a zone is UTC, and says that this was assumed", () => {
  expect(parseStamp("2024-05-17 08:05:03")).toMatchObject({
    epochMs: 1_715_933_103_000,
    isZoneAssumed: true,
  });
  expect(parseStamp("2024-05-17T08:05:03Z")?.isZoneAssumed).toBe(false);
  for (const value of ["", "yesterday", null, {}, true, "24-05-17 08:05:03"])
    expect(parseStamp(value)).toBeUndefined();
});

test("a clock that remembers the minute reads every stamp as if it did not", () => {
  const part = (...texts: string[]) => fc.constantFrom(...texts);
  const stamps = fc
    .tuple(
      part("17/May/2024", "31/Dec/2016", "01/Jan/2017", "31/Apr/2024"),
      part("10:05", "23:59", "00:59", "24:00"),
      part("00", "07", "59", "60", "61", "6", "7x", "03.250"),
      part("+0000", "+0100", "-0530", "+9900", ""),
    )
    .map(([day, minute, second, zone]) => `${day}:${minute}:${second} ${zone}`);
  fc.assert(
    fc.property(fc.array(stamps, { minLength: 1, maxLength: 40 }), (texts) => {
      const clock = new ClfClock();
      expect(texts.map((text) => clock.read(text))).toEqual(texts.map((text) => parseClfStamp(text)));
    }),
  );
});
