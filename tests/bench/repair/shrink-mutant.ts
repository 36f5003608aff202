import type { HclParser } from "@apex/generators-hcl";
import type { Mutant } from "./mutate.ts";
import type { MutantBase } from "./mutant-bases.ts";

/** A base and its mutant, from which the same pieces can be taken. */
export interface BrokenPair {
  readonly base: MutantBase;
  readonly mutant: Mutant;
}

function without(text: string, piece: string): string | undefined {
  const at = text.indexOf(piece);
  if (at === -1 || text.includes(piece, at + 1)) return undefined;
  return text.slice(0, at) + text.slice(at + piece.length).replace(/^\n+/, "");
}

/** The pair without one top-level block, which must be there once in both; `undefined` where the mistake is in it. */
function lighter({ base, mutant }: BrokenPair, file: string, piece: string): BrokenPair | undefined {
  const meant = without(base.files[file] ?? "", piece);
  const spoilt = without(mutant.files[file] ?? "", piece);
  if (meant === undefined || spoilt === undefined) return undefined;
  return {
    base: { ...base, files: { ...base.files, [file]: meant } },
    mutant: { ...mutant, files: { ...mutant.files, [file]: spoilt } },
  };
}

/** Leaves out one top-level block after the other as long as `holds`: the smallest reproduction that is found in one pass. */
export async function shrink(
  parser: HclParser,
  pair: BrokenPair,
  holds: (pair: BrokenPair) => Promise<boolean>,
): Promise<BrokenPair> {
  let smallest = pair;
  for (const [file, text] of Object.entries(pair.base.files)) {
    const { body, source } = parser.parse(file, text);
    for (const block of body.blocks.toReversed()) {
      const next = lighter(smallest, file, source.text.slice(block.start, block.end));
      if (next !== undefined && (await holds(next))) smallest = next;
    }
  }
  return smallest;
}

/** The pair as a case of the benchmark; its header is to be filled in. */
export function caseText({ base, mutant }: BrokenPair): string {
  const section = (name: string, text: string): string => `-- ${name} --\n${text.replaceAll("\r\n", "\n")}`;
  const isSpoilt = (file: string): boolean => base.files[file] !== mutant.files[file];
  const files = Object.entries(mutant.files).filter(([, text]) => text.trim() !== "");
  return [
    "classes:\nexpect:\nwhy:\n\n",
    ...files.map(([file, text]) => section(file, text)),
    ...files.flatMap(([file]) => (isSpoilt(file) ? [section(`fixed/${file}`, base.files[file] ?? "")] : [])),
    ...(base.state === null ? [] : [section("terraform.tfstate", base.state)]),
  ].join("");
}
