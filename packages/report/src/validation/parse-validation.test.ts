import { expect, test } from "vitest";
import { parseValidation } from "./parse-validation.ts";
import { renderValidationJson } from "./render-validation-json.ts";
import { aFailedValidation, aValidation } from "./testing.ts";

const VERSION = { apexVersion: "0.1.0" };

test.each([aValidation(), aFailedValidation(), aValidation({ reading: null, calibration: null })])(
  "a validation that was written is read as it was",
  (validation) => {
    const text = renderValidationJson(validation, VERSION);
    expect(parseValidation(text)).toEqual(validation);
    expect(renderValidationJson(parseValidation(text) ?? validation, VERSION)).toBe(text);
  },
);

test.each(["", "{", "null", "[]", '{"schema":"apex.validation/v1"}', '{"schema":"apex.report/v1"}'])(
  "%j is none",
  (text) => {
    expect(parseValidation(text)).toBeUndefined();
  },
);
