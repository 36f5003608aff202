import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FIXERS, type Fixer, type ProblemClass } from "@apex/agent";
import type { BlockSchema } from "@apex/core";
import { applyTextEdits, readConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import { bundledSchemas } from "@apex/sandbox-terraform";

const parser = await loadHclParser();
const schemas = bundledSchemas();

const LETTERS = "abcdefghijklmnopqrstuvwxyz_0123456789".split("");

/** One slip of a finger: a letter left out, added, replaced, doubled, or two neighbours swapped. */
const slip = fc.record({
  kind: fc.constantFrom("drop", "add", "replace", "double", "swap"),
  at: fc.nat({ max: 60 }),
  letter: fc.constantFrom(...LETTERS),
});

type Slip = typeof slip extends fc.Arbitrary<infer S> ? S : never;

function slipped(name: string, { kind, at, letter }: Slip): string {
  const here = at % name.length;
  const [before, own, after] = [name.slice(0, here), name[here] ?? "", name.slice(here + 1)];
  switch (kind) {
    case "drop":
      return before + after;
    case "add":
      return `${before}${letter}${own}${after}`;
    case "replace":
      return before + letter + after;
    case "double":
      return `${before}${own}${own}${after}`;
    default:
      return `${before}${after.slice(0, 1)}${own}${after.slice(1)}`;
  }
}

function settable(schema: BlockSchema): readonly string[] {
  return Object.entries(schema.attributes ?? {}).flatMap(([name, { optional, required }]) =>
    optional === true || required === true ? [name] : [],
  );
}

const TYPES = schemas.resourceTypes().filter((type) => /^(aws|google)_/.test(type));
const type = fc.constantFrom(...TYPES);
const NAME = /^[a-z_][a-z0-9_]*$/;

function fixerOf(name: string): Fixer {
  const found = FIXERS.find((fixer) => fixer.name === name);
  if (found === undefined) throw new Error(`there is no fixer ${name}`);
  return found;
}

/** What a fixer makes of `main.tf` at the first place of `written`: the text afterwards, or `null`. */
function fixed(name: string, problemClass: ProblemClass, text: string, written: string): string | null {
  const configuration = readConfiguration(parser, { files: new Map([["main.tf", text]]) });
  const world = { configuration, schemas, machineTypes: {}, state: [] };
  const start = text.indexOf(written);
  const proposal = fixerOf(name).propose(
    {
      class: problemClass,
      diagnostic: { severity: "error", summary: "" },
      names: { name: written },
      place: { file: "main.tf", start, end: start + written.length },
    },
    world,
  );
  if (proposal?.kind !== "edits") return null;
  return applyTextEdits(configuration.source.files, proposal.edits).get("main.tf") ?? null;
}

const RUNS = { numRuns: 300 };

describe("a name of the real schemas with one slip is restored or left alone, and never becomes another", () => {
  it("arguments", () => {
    fc.assert(
      fc.property(type, fc.nat(), slip, (of, pick, how) => {
        const schema = schemas.resource(of)?.block ?? {};
        const names = settable(schema);
        const name = names[pick % Math.max(1, names.length)];
        fc.pre(name !== undefined);
        const written = slipped(name, how);
        const known = { ...schema.attributes, ...schema.block_types };
        fc.pre(NAME.test(written) && !Object.hasOwn(known, written) && written !== name);
        const text = (argument: string): string => `resource "${of}" "a" {\n  ${argument} = null\n}\n`;
        const after = fixed("misspelt-argument", "unsupported-argument", text(written), written);
        expect(after === null ? text(name) : after.replace(/ +=/, " =")).toBe(text(name));
      }),
      RUNS,
    );
  });

  it("blocks", () => {
    fc.assert(
      fc.property(type, fc.nat(), slip, (of, pick, how) => {
        const schema = schemas.resource(of)?.block ?? {};
        const names = Object.keys(schema.block_types ?? {});
        const name = names[pick % Math.max(1, names.length)];
        fc.pre(name !== undefined);
        const written = slipped(name, how);
        const known = { ...schema.attributes, ...schema.block_types };
        fc.pre(NAME.test(written) && !Object.hasOwn(known, written));
        const text = (block: string): string => `resource "${of}" "a" {\n  ${block} {}\n}\n`;
        const after = fixed("misspelt-block", "unsupported-block", text(written), `${written} `);
        expect(after ?? text(name)).toBe(text(name));
      }),
      RUNS,
    );
  });

  it("resource types, with nothing in them or with all that they require", () => {
    fc.assert(
      fc.property(type, fc.boolean(), slip, (name, isFilled, how) => {
        const written = slipped(name, how);
        fc.pre(NAME.test(written) && schemas.resource(written) === undefined && written !== name);
        const schema = schemas.resource(name)?.block ?? {};
        const required = Object.entries(schema.attributes ?? {}).filter(([, one]) => one.required === true);
        const body = isFilled ? required.map(([argument]) => `  ${argument} = null\n`).join("") : "";
        const text = (of: string): string => `resource "${of}" "a" {\n${body}}\n`;
        const after = fixed("misspelt-type", "invalid-resource-type", text(written), `"${written}"`);
        expect(after ?? text(name)).toBe(text(name));
      }),
      // Each looks at the types of a whole provider.
      { numRuns: 60 },
    );
  });

  it("attributes of a reference", () => {
    fc.assert(
      fc.property(type, fc.nat(), slip, (of, pick, how) => {
        const names = Object.keys(schemas.resource(of)?.block.attributes ?? {});
        const name = names[pick % Math.max(1, names.length)];
        fc.pre(name !== undefined);
        const written = slipped(name, how);
        fc.pre(NAME.test(written) && !names.includes(written));
        const text = (attribute: string): string =>
          `resource "${of}" "a" {}\noutput "o" {\n  value = ${of}.a.${attribute}\n}\n`;
        const at = `.a.${written}`;
        const after = fixed("misspelt-attribute", "unsupported-attribute", text(written), at);
        expect(after ?? text(name)).toBe(text(name));
      }),
      RUNS,
    );
  });
});
