import fc from "fast-check";
import { expect, test } from "vitest";
import { OutputFrames } from "./output-frames.ts";

function frame(stream: 1 | 2, payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

const FRAMES = fc.array(fc.tuple(fc.constantFrom(1 as const, 2 as const), fc.string({ unit: "binary" })), {
  maxLength: 12,
});

test("what a command printed comes back by stream, wherever the chunks are cut", () => {
  fc.assert(
    fc.property(FRAMES, fc.integer({ min: 1, max: 40 }), (frames, step) => {
      const bytes = Buffer.concat(frames.map(([stream, text]) => frame(stream, Buffer.from(text))));
      const output = new OutputFrames(1_000_000);
      for (let at = 0; at < bytes.length; at += step) {
        expect(output.push(bytes.subarray(at, at + step))).toBe(true);
      }
      const of = (wanted: 1 | 2) =>
        frames.flatMap(([stream, text]) => (stream === wanted ? [text] : [])).join("");
      expect(output.stdout).toBe(Buffer.from(of(1)).toString("utf8"));
      expect(output.stderr).toBe(Buffer.from(of(2)).toString("utf8"));
    }),
  );
});

test("beyond the limit of both streams together nothing more is kept", () => {
  const output = new OutputFrames(10);
  expect(output.push(frame(1, Buffer.alloc(6, "a")))).toBe(true);
  expect(output.push(frame(2, Buffer.alloc(4, "b")))).toBe(true);
  expect(output.push(frame(1, Buffer.alloc(1, "c")))).toBe(false);
  expect(output.push(frame(1, Buffer.alloc(5_000_000, "c")))).toBe(false);
  expect(output.stdout).toBe("aaaaaa");
  expect(output.stderr).toBe("bbbb");
});
