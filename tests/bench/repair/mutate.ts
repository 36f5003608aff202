import { seededRng } from "@apex/core";
import { applyTextEdits, type HclParser } from "@apex/generators-hcl";
import { NAME_OPERATORS } from "./mutation/name-operators.ts";
import { type Operator, pick, type Random } from "./mutation/mutable-text.ts";
import { STRUCTURE_OPERATORS } from "./mutation/structure-operators.ts";
import { TEXT_OPERATORS } from "./mutation/text-operators.ts";

type Files = Readonly<Record<string, string>>;

const OPERATORS = { ...NAME_OPERATORS, ...TEXT_OPERATORS, ...STRUCTURE_OPERATORS };

/** A kind of mistake that people make. */
export type MutationKind = keyof typeof OPERATORS;

export const MUTATION_KINDS = Object.keys(OPERATORS) as MutationKind[];

/** A configuration with mistakes put in. */
export interface Mutant {
  readonly kinds: readonly MutationKind[];
  readonly files: Files;
}

/** Kinds and files tried before a configuration is said to have no place for a mistake. */
const TRIES_MAX = 40;

/** FNV-1a: the same number for the same text, wherever it runs. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** All texts with one mistake of a kind in one file; empty where the file has no place for it. */
export function spoilings(
  parser: HclParser,
  kind: MutationKind,
  { file, text, random }: { readonly file: string; readonly text: string; readonly random: Random },
): readonly string[] {
  const operator: Operator = OPERATORS[kind];
  return operator(parser.parse(file, text), random).flatMap((edits) => {
    const located = edits.map((edit) => ({ file, ...edit }));
    const changed = applyTextEdits(new Map([[file, text]]), located).get(file);
    return changed === undefined || changed === text ? [] : [changed];
  });
}

function spoilOnce(
  parser: HclParser,
  files: Files,
  { kinds, random }: { readonly kinds: readonly MutationKind[]; readonly random: Random },
): { readonly kind: MutationKind; readonly files: Files } | undefined {
  const names = Object.keys(files).filter((name) => /\.(?:tf|tfvars)$/.test(name));
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const kind = pick(kinds, random);
    const file = pick(names, random);
    if (kind === undefined || file === undefined) return undefined;
    const text = pick(spoilings(parser, kind, { file, text: files[file] ?? "", random }), random);
    if (text !== undefined) return { kind, files: { ...files, [file]: text } };
  }
  return undefined;
}

/**
 * The mutant of a configuration with a seed: the same for the same name, seed and texts. It has `mistakes` mistakes, one after the
 * other, of the given kinds. `undefined` where there is no place for one.
 */
export function mutantOf(
  parser: HclParser,
  { name, files }: { readonly name: string; readonly files: Files },
  seed: number,
  {
    mistakes = 1,
    kinds = MUTATION_KINDS,
  }: { readonly mistakes?: number; readonly kinds?: readonly MutationKind[] } = {},
): Mutant | undefined {
  const random = seededRng(hashOf(`${name}#${seed}`));
  let mutant: Mutant = { kinds: [], files };
  for (let count = 0; count < mistakes; count++) {
    const spoilt = spoilOnce(parser, mutant.files, { kinds, random });
    if (spoilt === undefined) return undefined;
    mutant = { kinds: [...mutant.kinds, spoilt.kind], files: spoilt.files };
  }
  return mutant;
}
