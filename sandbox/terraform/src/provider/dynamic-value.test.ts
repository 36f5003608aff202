import { decode, encode, ExtData } from "@msgpack/msgpack";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeValue,
  encodeValue,
  isSameValue,
  isWhollyKnown,
  UNKNOWN,
  UnknownValue,
  type Value,
} from "./dynamic-value.ts";

function roundTrip(value: Value): Value {
  return decodeValue(encodeValue(value));
}

describe("a value survives the wire", () => {
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
      fc.string(),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value as fc.Arbitrary<Value>;

  test("whatever it is", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(roundTrip(value)).toEqual(value);
        expect(isSameValue(roundTrip(value), value)).toBe(true);
      }),
    );
  });

  test("and a number that no double holds stays the text that Terraform sent", () => {
    const digits = "123456789012345678901234567890.000000000000000000001";
    expect(roundTrip({ size: digits })).toEqual({ size: digits });
  });
});

describe("unknown values", () => {
  test("are extension 0 of any payload, and unequal to everything", () => {
    const sent = {
      msgpack: encode({ a: new ExtData(0, new Uint8Array([0])), b: [new ExtData(0, new Uint8Array())] }),
    };
    const value = decodeValue(sent);
    expect(value).toEqual({ a: UNKNOWN, b: [UNKNOWN] });
    expect(isWhollyKnown(value)).toBe(false);
    expect(isSameValue(UNKNOWN, UNKNOWN)).toBe(false);
    expect(decode(encodeValue(UNKNOWN).msgpack!)).toMatchObject({ type: 0 });
  });

  test("keep their refinements", () => {
    const refinement = encode(new Map([[1, false]]));
    const sent = { msgpack: encode(new ExtData(12, refinement)) };
    const value = decodeValue(sent);
    expect(value).toBeInstanceOf(UnknownValue);
    expect(encodeValue(value).msgpack).toEqual(sent.msgpack);
  });

  test("of codes that later protocols may add are unknown too", () => {
    expect(decodeValue({ msgpack: encode(new ExtData(77, new Uint8Array([1]))) })).toBe(UNKNOWN);
  });
});

test("equality looks at numbers by value and at everything else exactly", () => {
  expect(isSameValue(5, "5")).toBe(true);
  expect(isSameValue("5", "5.0")).toBe(false);
  expect(isSameValue(2n ** 60n, String(2n ** 60n))).toBe(true);
  expect(isSameValue(null, "")).toBe(false);
  expect(isSameValue([], {})).toBe(false);
  expect(isSameValue({ a: 1 }, { a: 1, b: null })).toBe(false);
  expect(isSameValue(["a", "b"], ["b", "a"])).toBe(false);
});

test("a message without content is null", () => {
  expect(decodeValue(null)).toBeNull();
  expect(decodeValue({ msgpack: new Uint8Array(), json: Buffer.from('{"a":1}') })).toEqual({ a: 1 });
});
