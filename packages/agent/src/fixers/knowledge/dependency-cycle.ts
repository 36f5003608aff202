import type { TextEdit } from "@apex/core";
import { attributeOf, type ModuleDefinition } from "@apex/generators-hcl";
import type { Attribute, Block, Expression } from "@apex/generators-hcl/syntax";
import type { Problem } from "../../diagnostics/problem.ts";
import type { World } from "../../world/world.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { referencesIn, referred } from "./references-in.ts";
import { removed, replaced } from "./text-pieces.ts";

/** What takes part in a cycle: the module that holds it all, and its resources, locals, calls and outputs. */
interface Circle {
  readonly module: ModuleDefinition;
  /** By address within the module; calls stand for all that is in the called module. */
  readonly members: ReadonlyMap<string, Block | Attribute>;
}

/** Nodes of a graph that is longer are not looked at: no person wrote such a cycle. */
const NODES_MAX = 200;

/** `module.a["x"].aws_b.c (expand)` as the steps `module.a`, `aws_b.c`. */
function stepsOf(node: string): readonly string[] | undefined {
  const plain = node.replace(/\s*\([a-z ]+\)$/, "").replace(/\["(?:[^"\\]|\\.)*"\]|\[\d+\]/g, "");
  if (!/^[\p{L}_][\p{L}\p{N}_-]*(\.[\p{L}_][\p{L}\p{N}_-]*)+$/u.test(plain)) return undefined;
  const names = plain.split(".");
  const steps: string[] = [];
  while (names[0] === "module" && names.length > 1) steps.push(names.splice(0, 2).join("."));
  return names.length === 0 ? steps : [...steps, names.join(".")];
}

function declarationOf(module: ModuleDefinition, step: string): Block | Attribute | undefined {
  const name = step.slice(step.indexOf(".") + 1);
  if (step.startsWith("local.")) return module.locals.get(name);
  if (step.startsWith("module.")) return module.calls.get(name)?.block;
  if (step.startsWith("output.")) return module.outputs.get(name);
  return module.resources.get(step)?.block;
}

function circleOf({ names }: Problem, { configuration }: World): Circle | string {
  const nodes = (names["nodes"] ?? "").split(", ");
  const paths = nodes.map(stepsOf);
  if (nodes.length > NODES_MAX) return "the cycle is too long to be looked at";
  let module = configuration.modules.get("");
  let depth = 0;
  for (;;) {
    const step = paths[0]?.[depth];
    const isShared = step?.startsWith("module.") === true && paths.every((path) => path?.[depth] === step);
    if (!isShared || module === undefined) break;
    const directory = module.calls.get(step.slice("module.".length))?.directory;
    module = directory === undefined ? undefined : configuration.modules.get(directory);
    depth++;
  }
  if (module === undefined) return "it lies in a module that is not read";
  const members = new Map<string, Block | Attribute>();
  for (const path of paths) {
    const step = path?.[depth];
    if (step === undefined) return "it holds something else than resources, values and modules";
    // What a variable of the module itself gets is not decided in it.
    if (step.startsWith("var.")) continue;
    const declaration = declarationOf(module, step);
    if (declaration === undefined) return "it holds something else than resources, values and modules";
    members.set(step, declaration);
  }
  return { module, members };
}

/** One entry of a `depends_on` within a circle. */
interface Explicit {
  readonly from: string;
  readonly to: string;
  readonly list: Attribute;
  readonly items: readonly Expression[];
  readonly item: Expression;
}

function explicitEdges({ members }: Circle): readonly Explicit[] {
  return [...members].flatMap(([from, piece]) => {
    const list = "value" in piece ? undefined : attributeOf(piece.body, "depends_on");
    if (list?.value.kind !== "tuple") return [];
    const { items } = list.value;
    return items.flatMap((item) => {
      const to = referred(item);
      return to !== undefined && members.has(to) ? [{ from, to, list, items, item }] : [];
    });
  });
}

/** Whether the members depend on each other in a circle by these edges. */
function hasCycle(edges: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const pending = new Map(
    [...edges].map(([from, to]) => [from, new Set([...to].filter((one) => edges.has(one)))]),
  );
  for (;;) {
    const free = [...pending].filter(([, to]) => to.size === 0).map(([from]) => from);
    if (free.length === 0) return pending.size > 0;
    for (const name of free) pending.delete(name);
    for (const to of pending.values()) for (const name of free) to.delete(name);
  }
}

/** Takes one entry out of a list, with the comma beside it; an empty list goes with its argument. */
function withoutItem({ list, items, item }: Explicit): TextEdit {
  const index = items.indexOf(item);
  if (items.length === 1) return removed(list);
  const next = items[index + 1];
  const previous = items[index - 1];
  const start = next === undefined ? (previous?.end ?? item.start) : item.start;
  return replaced({ source: item.source, start, end: next?.start ?? item.end }, "");
}

function isSecurityGroups(circle: Circle): boolean {
  return [...circle.members.keys()].every((name) => name.startsWith("aws_security_group."));
}

function propose(problem: Problem, world: World): Proposal {
  const circle = circleOf(problem, world);
  if (typeof circle === "string")
    return {
      kind: "unsure",
      reason: `no edge of the cycle is known to be superfluous: ${circle}`,
      candidates: [],
    };
  const candidates = [...circle.members.keys()];
  if (isSecurityGroups(circle)) {
    const reason =
      "security groups name each other in their own rules: rules of their own (aws_vpc_security_group_ingress_rule, " +
      "aws_vpc_security_group_egress_rule) end that, but inline rules and such must not be mixed in one group";
    return { kind: "unsure", reason, candidates };
  }
  const needed = new Map([...circle.members].map(([name, piece]) => [name, referencesIn(piece)]));
  const explicit = explicitEdges(circle);
  const [only] = explicit;
  if (hasCycle(needed))
    return { kind: "unsure", reason: "the values themselves need each other in a circle", candidates };
  if (only === undefined || explicit.length > 1) {
    const reason =
      only === undefined
        ? "nothing in the files shows where the circle is"
        : "more than one depends_on could be the one that is wrong";
    return { kind: "unsure", reason, candidates: explicit.map(({ from, to }) => `${from} → ${to}`) };
  }
  const { from, to } = only;
  if (!hasCycle(new Map([...needed, [from, new Set([...(needed.get(from) ?? []), to])]])))
    return { kind: "unsure", reason: "nothing in the files shows where the circle is", candidates };
  return {
    kind: "edits",
    edits: [withoutItem(only)],
    sentence: `${from} no longer waits for ${to}, which needs its values: the depends_on could never hold`,
  };
}

/**
 * Ends a circle of dependencies by taking out the one `depends_on` entry that contradicts it: all other edges of the circle are
 * expressions, which need each other's values, so that this entry could never hold. Not where the expressions alone make a
 * circle, where there are two such entries, or where something takes part that is not in the files. Security groups that name each
 * other in their rules need rules of their own, which is another layout of the state.
 */
export const dependencyCycle: Fixer = { name: "dependency-cycle", classes: ["cycle"], propose };
