import fc from "fast-check";
import { expect, test } from "vitest";
import { configure, patchEach } from "../testing/configure.ts";
import { randomFile } from "../testing/random-hcl.ts";
import { readWithSecondReader } from "../verify/second-reader.ts";

const RUNS = 60;

/** What may go: a block, the comments attached to it, and the white space between them. */
const COMMENT = /^(?:#|\/\/)[^\n]*\n|^\/\*[\s\S]*?\*\//;

function withoutComments(text: string): string {
  let rest = text.trimStart();
  for (let match = COMMENT.exec(rest); match !== null; match = COMMENT.exec(rest)) {
    rest = rest.slice(match[0].length).trimStart();
  }
  return rest;
}

test("a removal takes one block out and keeps every other byte; both readers see the rest as it was", () => {
  fc.assert(
    fc.property(randomFile, fc.nat(), ({ text: written, resources }, at) => {
      const { name } = resources[at % resources.length]!;
      const text = written.replaceAll(/\bthing\b/g, "aws_eip");
      const configuration = configure({ "main.tf": text });
      const address = `aws_eip.${name}`;
      const { patches, files } = patchEach(configuration, [{ kind: "remove-resource", address }]);
      const [patch] = patches;
      expect(patch).toMatchObject({ kind: "edits", addresses: [address] });
      const after = files["main.tf"]!;
      const edits = patch?.kind === "edits" ? patch.textEdits.toSorted((a, b) => a.start - b.start) : [];
      expect(edits.every((edit) => edit.text === "")).toBe(true);
      const gone = edits.map(({ start, end }) => text.slice(start, end)).join("");
      const block = configuration.parsed
        .get("main.tf")!
        .body.blocks.find(({ labels }) => labels[1] === name)!;
      const own = text.slice(block.start, block.end);
      expect(withoutComments(gone).startsWith(own)).toBe(true);
      expect(withoutComments(gone).slice(own.length).trim()).toBe("");
      const blocks = (from: string) =>
        configure({ "main.tf": from })
          .parsed.get("main.tf")!
          .body.blocks.map(({ start, end }) => from.slice(start, end));
      expect(blocks(after)).toEqual(blocks(text).filter((one) => one !== own));
      const [before, now] = [readWithSecondReader(text), readWithSecondReader(after)] as {
        resource?: { aws_eip?: Record<string, unknown> };
      }[];
      delete before?.resource?.aws_eip?.[name];
      expect(now?.resource?.aws_eip ?? {}).toEqual(before?.resource?.aws_eip);
    }),
    { numRuns: RUNS },
  );
});
