/**
 * Puts mistakes into whole configurations and has the fixers repair them: node tests/bench/repair/run-mutants.ts [--seeds FROM-TO]
 * [--mistakes N] [--kind KIND] [--only NAME] [--minutes N] [--shrink] [--show END]. NAME is a base, a family or an id; KIND and NAME may
 * be given more than once.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadHclParser } from "@apex/generators-hcl/node";
import { planner } from "../../agent/diagnose.ts";
import { mapAtOnce } from "./at-once.ts";
import { changes, type JudgedMutant, judgeMutant, type MutantEnd } from "./judge-mutant.ts";
import { type MutantBase, readBases } from "./mutant-bases.ts";
import { type Mutant, MUTATION_KINDS, type MutationKind, mutantOf } from "./mutate.ts";
import { readCases } from "./read-case.ts";
import { caseText, shrink } from "./shrink-mutant.ts";

const ENDS: readonly MutantEnd[] = ["plans", "fixed", "left", "wrong", "crashed"];
const BAD: readonly MutantEnd[] = ["wrong", "crashed"];

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "1-1" },
    mistakes: { type: "string", default: "1" },
    kind: { type: "string", multiple: true },
    only: { type: "string", multiple: true },
    minutes: { type: "string", default: "600" },
    shrink: { type: "boolean", default: false },
    show: { type: "string", multiple: true, default: [] },
  },
});

interface Told {
  readonly kind: MutationKind | undefined;
  readonly judged: JudgedMutant;
}

/** A line of progress for so many mutants. */
const PROGRESS = 100;

const parser = await loadHclParser();
const done: JudgedMutant[] = [];

async function tell(base: MutantBase, seed: number, mutant: Mutant, judged: JudgedMutant): Promise<void> {
  const how = `${judged.end}: --only ${base.name} --seeds ${seed}-${seed} --mistakes ${options.mistakes} (${mutant.kinds.join(", ")})`;
  console.log([how, ...changes("mistake", base.files, mutant.files), ...judged.remarks].join("\n  "));
  if (!options.shrink || judged.end !== "wrong") return;
  const pair = await shrink(parser, { base, mutant }, async (each) => {
    return (await judgeMutant(each.base, each.mutant)).end === "wrong";
  });
  console.log(caseText(pair));
}

/** A mutant of a base, repaired; what is bad is told at once. */
async function run(base: MutantBase, seed: number): Promise<readonly Told[]> {
  const kinds = MUTATION_KINDS.filter((kind) => options.kind?.includes(kind) ?? true);
  const mutant = mutantOf(parser, base, seed, { mistakes: Number(options.mistakes), kinds });
  if (mutant === undefined) return [];
  const judged = await judgeMutant(base, mutant);
  done.push(judged);
  if (done.length % PROGRESS === 0) console.error(`${done.length} mutants, ${counts(done).join(" ")}`);
  if (BAD.includes(judged.end) || options.show.includes(judged.end)) await tell(base, seed, mutant, judged);
  return [{ kind: mutant.kinds[0], judged }];
}

/** How many ended in each way, in the order of the ends. */
function counts(judged: readonly JudgedMutant[]): readonly number[] {
  return ENDS.map((name) => judged.filter(({ end: one }) => one === name).length);
}

function table(told: readonly Told[]): string {
  const row = (name: string, figures: readonly (string | number)[]): string =>
    [name.padEnd(26), ...figures.map((figure) => String(figure).padStart(8))].join("");
  const cells = (some: readonly Told[]): readonly number[] => [
    some.length,
    ...counts(some.map(({ judged }) => judged)),
  ];
  const kinds = MUTATION_KINDS.map((name) => [name, told.filter(({ kind }) => kind === name)] as const);
  return [
    row("first mistake", ["mutants", ...ENDS]),
    ...kinds.flatMap(([name, some]) => (some.length === 0 ? [] : [row(name, cells(some))])),
    row("all", cells(told)),
  ].join("\n");
}

const [from = 1, to = from] = options.seeds.split("-").map(Number);
const bases = (await readBases(await readCases(join(import.meta.dirname, "cases")))).filter(
  ({ name }) => options.only?.some((one) => name === one || name.split("/").includes(one)) ?? true,
);
const end = Date.now() + Number(options.minutes) * 60_000;
const mutants = Array.from({ length: to - from + 1 }, (_, index) =>
  bases.map((base) => ({ base, seed: from + index })),
);
try {
  const told = await mapAtOnce(mutants.flat(), ({ base, seed }) =>
    Date.now() < end ? run(base, seed) : Promise.resolve([]),
  );
  console.log(table(told.flat()));
  if (told.flat().some(({ judged }) => BAD.includes(judged.end))) process.exitCode = 1;
} finally {
  await (await planner()).close();
}
