import type { JsonValue } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { configure, patchEach, set } from "../testing/configure.ts";
import { randomFile, randomScalar } from "../testing/random-hcl.ts";
import { traceAttribute } from "../trace/trace-attribute.ts";
import { compareWithSecondReader } from "../verify/second-reader.ts";
import { applyTextEdits } from "./text-edits.ts";
import { sameValue } from "./write-site.ts";

const RUNS = 60;

test("generated files are read without a complaint, by both readers, and a no-op gives the same text", () => {
  fc.assert(
    fc.property(randomFile, ({ text }) => {
      const configuration = configure({ "main.tf": text });
      expect(configuration.diagnostics).toEqual([]);
      expect(compareWithSecondReader(text, text)).toEqual({ kind: "read", differences: [] });
      expect(applyTextEdits(configuration.source.files, []).get("main.tf")).toBe(text);
    }),
    { numRuns: RUNS },
  );
});

test("every attribute is read as written", () => {
  fc.assert(
    fc.property(randomFile, ({ text, resources }) => {
      const configuration = configure({ "main.tf": text });
      for (const { name, attributes } of resources) {
        for (const attribute of attributes) {
          const traced = traceAttribute(configuration, { address: `thing.${name}`, path: [attribute.name] });
          expect(traced).toMatchObject({
            kind: "traced",
            value: attribute.value,
            token: { text: attribute.text },
          });
        }
      }
    }),
    { numRuns: RUNS },
  );
});

test("an edit changes one token and nothing else, and the second reader reads the new value", () => {
  fc.assert(
    fc.property(randomFile, fc.nat(), fc.nat(), randomScalar, (file, resourceAt, attributeAt, to) => {
      const { text, resources } = file;
      const resource = resources[resourceAt % resources.length]!;
      const attribute = resource.attributes[attributeAt % resource.attributes.length]!;
      const address = `thing.${resource.name}`;
      const configuration = configure({ "main.tf": text });
      const { token } = traceAttribute(configuration, { address, path: [attribute.name] }) as {
        token: { start: number; end: number };
      };
      const { patches, files } = patchEach(configuration, [
        set(address, attribute.name, [attribute.value, to]),
      ]);
      expect(patches[0]).toMatchObject({ kind: "edits", addresses: [address] });
      const after = files["main.tf"]!;
      expect(after.startsWith(text.slice(0, token.start))).toBe(true);
      expect(after.endsWith(text.slice(token.end))).toBe(true);
      const reading = compareWithSecondReader(text, after);
      const path: JsonValue = ["resource", "thing", resource.name, 0, attribute.name];
      const differences = reading.kind === "read" ? reading.differences : reading;
      const now = configure({ "main.tf": after });
      const traced = traceAttribute(now, { address, path: [attribute.name] });
      const written = traced.kind === "traced" ? traced.value : undefined;
      expect(sameValue(written, to)).toBe(true);
      expect(differences).toEqual(
        written === attribute.value ? [] : [{ path, before: attribute.value, after: written }],
      );
    }),
    { numRuns: RUNS },
  );
});
