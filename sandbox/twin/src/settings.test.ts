import { expect, test } from "vitest";
import { readSettings } from "./settings.ts";

test("without any, a machine of one core", () => {
  expect(readSettings({})).toEqual({ port: 8080, slots: 1, slotCores: 1, residentBytes: 0 });
});

test("as the sandbox sets them", () => {
  const environment = {
    TWIN_PORT: "9000",
    TWIN_SLOTS: "4",
    TWIN_SLOT_CORES: "0.25",
    TWIN_RESIDENT_BYTES: "1073741824",
  };
  expect(readSettings(environment)).toEqual({
    port: 9000,
    slots: 4,
    slotCores: 0.25,
    residentBytes: 2 ** 30,
  });
});

test.each([
  ["TWIN_SLOTS", "0"],
  ["TWIN_SLOTS", "1.5"],
  ["TWIN_SLOTS", "1000000"],
  ["TWIN_SLOT_CORES", "0"],
  ["TWIN_SLOT_CORES", "1.01"],
  ["TWIN_SLOT_CORES", "NaN"],
  ["TWIN_SLOT_CORES", "0x1"],
  ["TWIN_RESIDENT_BYTES", "-1"],
  ["TWIN_RESIDENT_BYTES", "1e300"],
  ["TWIN_PORT", "65536"],
])("%s=%s is refused with its name and its limits", (name, text) => {
  expect(() => readSettings({ [name]: text })).toThrow(
    new RegExp(`^${name} has to be .* from .* to .*, not`),
  );
});
