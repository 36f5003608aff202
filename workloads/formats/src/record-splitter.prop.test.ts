import { WORKLOAD_FORMATS } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonElementSplitter } from "./json-element-splitter.ts";
import { LineSplitter, type RecordSplitter } from "./record-splitter.ts";
import { readText } from "./testing/read-text.ts";
import { SAMPLE_LOGS } from "./testing/sample-logs.ts";

function split(splitter: RecordSplitter, text: string, chunkChars: number): readonly string[] {
  const texts: string[] = [];
  for (let at = 0; at < text.length; at += chunkChars) {
    for (const record of splitter.push(text.slice(at, at + chunkChars))) texts.push(record.text);
  }
  return [...texts, ...Array.from(splitter.finish(), ({ text: rest }) => rest)];
}

const chunkSizes = fc.integer({ min: 1, max: 40 });

test("lines are the same however the text is cut into chunks", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "binary" }).map((text) => text.replaceAll(/[\r\n]/g, ""))),
      chunkSizes,
      (lines, size) => {
        const expected = lines.join("\n").split("\n");
        if (expected.at(-1) === "") expected.pop();
        expect(split(new LineSplitter(), lines.join("\n"), size)).toEqual(expected);
        expect(split(new LineSplitter(), lines.join("\r\n"), size)).toEqual(expected);
      },
    ),
  );
});

test("the objects of a JSON array are the same however it is laid out and cut", () => {
  const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()));
  fc.assert(
    fc.property(
      objects,
      fc.jsonValue(),
      fc.integer({ min: 0, max: 3 }),
      chunkSizes,
      (values, other, indent, size) => {
        const document = {
          other,
          log: { entriesToo: [{}], entries: values, after: [{ x: 1 }] },
          entries: [{}],
        };
        const found = split(
          new JsonElementSplitter(["log", "entries"]),
          JSON.stringify(document, null, indent),
          size,
        );
        expect(found.map((text) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(values)));
        const top = split(new JsonElementSplitter([]), JSON.stringify(values, null, indent), size);
        expect(top.map((text) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(values)));
      },
    ),
  );
});

test.each(WORKLOAD_FORMATS)("%s reads the same from chunks of any size", async (format) => {
  const text = SAMPLE_LOGS[format]("zq7Planted9");
  const whole = await readText(text);
  for (const chunkChars of [1, 7, 64]) expect(await readText(text, { chunkChars })).toEqual(whole);
});
