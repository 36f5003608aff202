import fc from "fast-check";
import { expect, test } from "vitest";
import { ResponseParser } from "./response-parser.ts";

const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/).map((name) => `x-${name}`);
const value = fc.stringMatching(/^[ -~]{0,40}$/);
const fields = fc
  .array(fc.tuple(token, value), { maxLength: 6 })
  .map((list) => list.map(([name, text]) => `${name}: ${text}\r\n`).join(""));
const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
const status = fc.constantFrom(200, 201, 404, 500, 599);

const byLength = fc
  .tuple(status, fields, body)
  .map(([code, head, text]) => `HTTP/1.1 ${code} x\r\n${head}content-length: ${text.length}\r\n\r\n${text}`);
const byChunks = fc
  .tuple(
    status,
    fields,
    fc.array(
      body.filter((text) => text !== ""),
      { maxLength: 4 },
    ),
  )
  .map(
    ([code, head, parts]) =>
      `HTTP/1.1 ${code} x\r\n${head}transfer-encoding: chunked\r\n\r\n${parts
        .map((part) => `${part.length.toString(16)}\r\n${part}\r\n`)
        .join("")}0\r\n\r\n`,
  );
const cuts = fc.array(fc.nat(2_000), { maxLength: 30 });

/** Feeds `text` in pieces that end at `at`, in a buffer that is used again, as a connection does. */
function feed(text: string, at: readonly number[]): { outcome: string; status: number; consumed: number } {
  const parser = new ResponseParser();
  const buffer = Buffer.alloc(text.length + 1);
  parser.expect("GET");
  const ends = [...at.filter((end) => end < text.length), text.length].toSorted((a, b) => a - b);
  let from = 0;
  let consumed = 0;
  let outcome = "more";
  for (const end of ends) {
    buffer.fill("\n");
    buffer.write(text.slice(from, end), "latin1");
    outcome = parser.feed(buffer, end - from);
    consumed += parser.consumed;
    from = end;
    if (outcome !== "more") break;
  }
  return { outcome, status: parser.status, consumed };
}

test("an answer is read alike however it is cut, and to its last byte", () => {
  fc.assert(
    fc.property(fc.oneof(byLength, byChunks), cuts, (text, at) => {
      const seen = feed(text, at);
      expect(seen).toEqual({ outcome: "done", status: Number(text.slice(9, 12)), consumed: text.length });
    }),
    { numRuns: 500 },
  );
});

test("whatever the bytes are, cutting them otherwise changes nothing", () => {
  const noise = fc
    .tuple(fc.oneof(byLength, byChunks), fc.nat(400), fc.uint8Array({ maxLength: 4 }))
    .map(([text, where, bytes]) => {
      const at = where % (text.length + 1);
      return `${text.slice(0, at)}${Buffer.from(bytes).toString("latin1")}${text.slice(at + bytes.length)}`;
    });
  fc.assert(
    fc.property(noise, cuts, (text, at) => {
      const whole = feed(text, []);
      const cut = feed(text, at);
      // How far it was read before it turned out bad depends on the cuts.
      expect(cut).toEqual(whole.outcome === "done" ? whole : { ...cut, outcome: whole.outcome });
    }),
    { numRuns: 1_000 },
  );
});
