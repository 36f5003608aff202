import { expect, test } from "vitest";
import { printable, unframedLog } from "./printable.ts";

function frame(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

test("what a terminal would obey is shown", () => {
  expect(printable("\u001b[2Jgone\u0007\u202eevil\u009b31m\r")).toBe(
    "\\u001b[2Jgone\\u0007\\u202eevil\\u009b31m\\u000d",
  );
  expect(printable("two\tcolumns\r\nand a line")).toBe("two\tcolumns\nand a line");
});

test("a line without end is cut", () => {
  expect(printable("x".repeat(10_000))).toHaveLength(501);
});

test("both streams of a log are one text, in order, and a cut frame is no error", () => {
  const log = Buffer.concat([frame(1, "out ä\n"), frame(2, "err\n"), frame(1, "cut off").subarray(0, 11)]);
  expect(unframedLog(log)).toBe("out ä\nerr\ncut");
  expect(unframedLog(Buffer.from("junk"))).toBe("");
});
