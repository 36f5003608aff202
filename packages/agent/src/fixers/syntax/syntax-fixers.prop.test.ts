import { applyTextEdits } from "@apex/generators-hcl";
import fc from "fast-check";
import { expect, test } from "vitest";
import { schemasOf, smallWorld } from "../testing/propose.ts";
import { syntaxErrors } from "./broken-file.ts";
import { SYNTAX_FIXERS } from "./syntax-fixers.ts";
import { tokenize } from "./tokens.ts";

const name = fc.stringMatching(/^[a-z]{2,6}$/);
const text = fc.stringMatching(/^[a-z0-9/*-]{1,8}$/).map((content) => `"${content}"`);
const scalar = fc.oneof(
  text,
  fc.nat(99).map(String),
  fc.constantFrom("true", "var.x", '"a-${var.x}"', "upper(var.x)"),
);
const value = fc.oneof(
  scalar,
  fc.array(scalar, { minLength: 1, maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
  fc.tuple(name, scalar).map(([key, item]) => `{ ${key} = ${item} }`),
);
const lines = (indentation: string, pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([key, written], at) => `${indentation}${key}_${at} = ${written}\n`).join("");
const block = fc
  .tuple(
    fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 4 }),
    fc.array(fc.tuple(name, value), { maxLength: 3 }),
  )
  .map(
    ([own, inner]) =>
      `${lines("  ", own)}${inner.length === 0 ? "" : `\n  deep {\n${lines("    ", inner)}  }\n`}`,
  );
/** Valid files as a formatter leaves them. */
const file = fc
  .array(block, { minLength: 1, maxLength: 3 })
  .map((blocks) => blocks.map((body, at) => `resource "thing" "r${at}" {\n${body}}\n`).join("\n"));

const structure = /["=,{}[\]()\n]/g;
/** What a slip of the hand makes of one character. */
const slip = fc.oneof(fc.constant(""), fc.constantFrom('"', ":", ";", "'", "{", "[", "(", ",", "=="));
/** What is written at a place: another character in its stead, its neighbour before it, or itself twice. */
const hand = fc.oneof(
  slip.map((written) => (text: string, at: number) => text.slice(0, at) + written + text.slice(at + 1)),
  fc.constant(
    (text: string, at: number) =>
      text.slice(0, at) + text.slice(at + 1, at + 2) + text.slice(at, at + 1) + text.slice(at + 2),
  ),
  fc.constant((text: string, at: number) => text.slice(0, at + 1) + text.slice(at)),
);

function repaired(broken: string): string {
  let now = broken;
  for (
    let round = 0;
    round < 4 && syntaxErrors(smallWorld({}, schemasOf({})).configuration.parser, now) > 0;
    round++
  ) {
    const world = smallWorld({ "main.tf": now }, schemasOf({}));
    const proposals = SYNTAX_FIXERS.filter(({ classes }) => classes.includes("syntax")).map((fixer) =>
      fixer.propose(
        {
          class: "syntax",
          diagnostic: { severity: "error", summary: "" },
          names: {},
          place: { file: "main.tf", start: 0, end: 1 },
        },
        world,
      ),
    );
    const first = proposals.find((proposal) => proposal?.kind === "edits");
    if (first?.kind !== "edits") break;
    now = applyTextEdits(world.configuration.source.files, first.edits).get("main.tf") ?? now;
  }
  return now;
}

/** A file as what it says: space, and commas that lines stand for, say nothing. */
function said(written: string): string {
  return tokenize(written)
    .filter(({ kind, text: token }) => kind !== "newline" && kind !== "comment" && token !== ",")
    .map(({ text: token }) => token)
    .join(" ");
}

test("a file with one slip comes back as it was meant, or is left for somebody else", () => {
  const { parser } = smallWorld({}, schemasOf({})).configuration;
  let mended = 0;
  fc.assert(
    fc.property(file, fc.nat(), hand, (meant, seed, slipOf) => {
      const places = [...meant.matchAll(structure)].map(({ index }) => index);
      const at = places[seed % places.length] ?? 0;
      const broken = slipOf(meant, at);
      if (broken === meant || syntaxErrors(parser, broken) === 0) return;
      const result = repaired(broken);
      if (result === broken || syntaxErrors(parser, result) > 0) return;
      expect(said(result)).toBe(said(meant));
      mended++;
    }),
    { numRuns: 300, seed: 20261122 },
  );
  expect(mended).toBeGreaterThan(30);
});

test("a file without a slip is never touched", () => {
  fc.assert(
    fc.property(file, (meant) => {
      const world = smallWorld({ "main.tf": meant }, schemasOf({}));
      for (const fixer of SYNTAX_FIXERS) {
        const proposal = fixer.propose(
          {
            class: "syntax",
            diagnostic: { severity: "error", summary: "" },
            names: {},
            place: { file: "main.tf", start: 0, end: 1 },
          },
          world,
        );
        expect(proposal?.kind ?? null).not.toBe("edits");
      }
    }),
    { numRuns: 50, seed: 20261122 },
  );
});
