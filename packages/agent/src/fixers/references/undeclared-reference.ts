import type { Problem } from "../../diagnostics/problem.ts";
import type { World } from "../../world/world.ts";
import { calledModule, typeOf } from "../expression-type.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { realWords } from "../schema-words.ts";
import { judgeSlip } from "../slip.ts";
import { typeSchema } from "../type-schema.ts";
import { resourceReadings } from "./resource-readings.ts";
import {
  countOf,
  exactly,
  fittingReadings,
  isGiven,
  joined,
  mentions,
  ofOtherKind,
  type Readings,
  rivalNames,
  slipsOf,
} from "./readings.ts";
import { type Names, namesOf, type ReferenceSite, referenceSite } from "./reference-site.ts";

/** What people write for Terraform's own roots. */
const ROOT_SYNONYMS: Readonly<Record<string, string>> = {
  vars: "var",
  variable: "var",
  variables: "var",
  locals: "local",
  modules: "module",
};

const ROOTS = ["var", "local", "module"] as const;
const CANDIDATES_MAX = 5;

function isDeclared({ scope }: ReferenceSite, root: string, name: string): boolean {
  const { variables, locals, calls } = scope.module;
  if (root === "var") return variables.has(name);
  return root === "local" ? locals.has(name) : root === "module" && calls.has(name);
}

function variableReadings(site: ReferenceSite, { names, ends }: Names): Readings | null {
  const [, name = ""] = names;
  const end = ends[1] ?? 0;
  if (isGiven(site, name)) return null;
  const isOnce = countOf(site, "var", name) === 1;
  const own = [...site.scope.module.variables.keys()];
  return joined(
    ofOtherKind(
      isOnce && isDeclared(site, "local", name) && !mentions(site, name, "var", name),
      {
        text: `local.${name}`,
        end,
        why: `the module declares no variable ${name}, and a local value of that name`,
      },
      rivalNames(site, { root: "var", name }, own),
    ),
    slipsOf(site, { written: name, end }, own, (one) => `var.${one}`),
  );
}

function localReadings(site: ReferenceSite, { names, ends }: Names): Readings {
  const [, name = ""] = names;
  const end = ends[1] ?? 0;
  const own = [...site.scope.module.locals.keys()];
  return joined(
    ofOtherKind(
      countOf(site, "local", name) === 1 && isDeclared(site, "var", name),
      {
        text: `var.${name}`,
        end,
        why: `the module declares no local value ${name}, and a variable of that name`,
      },
      rivalNames(site, { root: "local", name }, own),
    ),
    slipsOf(site, { written: name, end }, own, (one) => `local.${one}`),
  );
}

function moduleReadings(site: ReferenceSite, { names, ends }: Names): Readings {
  const [, name = ""] = names;
  return slipsOf(
    site,
    { written: name, end: ends[1] ?? 0 },
    [...site.scope.module.calls.keys()],
    (one) => `module.${one}`,
  );
}

/** `vars.x`, `locals.x`, `modul.x`: Terraform's own roots, misspelt. */
function rootReadings(site: ReferenceSite, { names, ends }: Names): Readings {
  const [root = "", name = ""] = names;
  const synonym = Object.hasOwn(ROOT_SYNONYMS, root) ? ROOT_SYNONYMS[root] : undefined;
  const verdict = judgeSlip(root, ROOTS, realWords(site.scope.world));
  const meant = synonym ?? (verdict.kind === "slip" ? verdict.name : undefined);
  return exactly(meant !== undefined && isDeclared(site, meant, name), {
    text: `${meant}.${name}`,
    end: ends[1] ?? 0,
    why: `${root} is no resource type, and ${meant}.${name} is declared`,
  });
}

/** `network.vpc_id` where `module.network`, `var.network` or `local.network` has a `vpc_id`. */
function prefixReadings(site: ReferenceSite, { names, ends }: Names): Readings {
  const [first = "", second] = names;
  const { scope } = site;
  if (typeSchema(scope.world, "resource", first) !== undefined) return { certain: [], candidates: [] };
  return joined(
    ...ROOTS.map((root) =>
      exactly(isDeclared(site, root, first) && hasMember(site, root, first, second), {
        text: `${root}.${first}`,
        end: ends[0] ?? 0,
        why: `${root}.${first} is declared, and nothing else of that name`,
      }),
    ),
  );
}

/** Whether `root.name` is known to have a member; without one asked for, whether it is a value of its own. */
function hasMember({ scope }: ReferenceSite, root: string, name: string, member?: string): boolean {
  if (member === undefined) return root !== "module";
  if (root === "module") return calledModule(scope, name)?.outputs.has(member) === true;
  const { parser } = scope.world.configuration;
  const type = typeOf(parser.parseExpression("", `${root}.${name}`), scope);
  return (
    type !== undefined && typeof type !== "string" && type[0] === "object" && Object.hasOwn(type[1], member)
  );
}

function readingsOf(problem: Problem, site: ReferenceSite): Readings | null {
  const at = namesOf(site);
  switch (problem.class) {
    case "undeclared-variable":
      return at.names[0] === "var" && at.names.length > 1 ? variableReadings(site, at) : null;
    case "undeclared-local":
      return at.names[0] === "local" && at.names.length > 1 ? localReadings(site, at) : null;
    case "undeclared-module":
      return at.names[0] === "module" && at.names.length > 1 ? moduleReadings(site, at) : null;
    case "undeclared-resource":
      return at.names.length > 1
        ? joined(
            resourceReadings(site, at),
            ...(at.names[0] === "data" ? [] : [rootReadings(site, at), prefixReadings(site, at)]),
          )
        : null;
    case "invalid-reference":
      return problem.names["why"] === "one-name" && at.names.length === 1 ? prefixReadings(site, at) : null;
    default:
      return null;
  }
}

/**
 * Whether other resources or data sources of the module have the written name, and no second one has that of the declaration; or the
 * declaration calls itself by the written name in its own block: `name = "carts"`.
 */
function isHabit({ scope }: ReferenceSite, written: string, key: string): boolean {
  const declared = scope.module.resources.get(key);
  if (declared === undefined || declared.name === written) return false;
  const { block, name: own } = declared;
  const words = block.source.text.slice(block.open, block.close).split(/[^\p{L}\p{N}_-]+/u);
  const names = [...scope.module.resources.values()].map(({ name }) => name);
  const isCommon = names.includes(written) && names.filter((name) => name === own).length < 2;
  return isCommon || (words.includes(written) && !words.includes(own));
}

/**
 * Whether the declaration may be what is misspelt: the written name stands in several places or is usual in the module, and what it
 * would become stands in none.
 */
function isDeclarationSuspect(site: ReferenceSite, text: string): boolean {
  const { names } = namesOf(site);
  const width = names[0] === "data" ? 3 : 2;
  const [root = "", first = "", second] = names.slice(0, width);
  const [otherRoot = "", otherFirst = "", otherSecond] = text.split(".");
  const isOfResource = !ROOTS.some((one) => one === root || one === otherRoot);
  const isHabitual = isOfResource && isHabit(site, names[width - 1] ?? "", text);
  if (countOf(site, root, first, second) < 2 && !isHabitual) return false;
  return countOf(site, otherRoot, otherFirst, otherSecond) === 0;
}

function proposalOf(site: ReferenceSite, readings: Readings): Proposal {
  const { certain, candidates } = fittingReadings(site, readings);
  const [only, another] = certain;
  const all = [...new Set([...certain.map(({ text }) => text), ...candidates])].slice(0, CANDIDATES_MAX);
  if (only === undefined) {
    return all.length === 0
      ? null
      : { kind: "unsure", reason: "nothing that is declared is clearly meant", candidates: all };
  }
  if (another !== undefined)
    return { kind: "unsure", reason: "several things may be meant", candidates: all };
  if (isDeclarationSuspect(site, only.text)) {
    const reason = `other places have the written name, and none has ${only.text}: the declaration may be misspelt`;
    return { kind: "unsure", reason, candidates: all };
  }
  const { file } = site.place;
  return {
    kind: "edits",
    edits: [{ file, start: site.whole.start, end: only.end, text: only.text }],
    sentence: `${only.text} is meant: ${only.why}.`,
  };
}

/**
 * Puts a reference right that leads to nothing declared: a slip in the name of a variable, local value, module, resource or
 * data source or in its type; `vars.x`, `locals.x`; a missing `data.`, `var.`, `local.` or `module.`; `data.` too many; `var.x` for
 * `local.x` and the other way round.
 *
 * Certain only where exactly one thing that is declared can be meant, all further names of the reference exist there, and its type is
 * not known to be another than is wanted. A name that differs in its plural alone needs a type that is known to fit. Left
 * alone are variables that get a value from outside (their declaration is missing), and names that stand in several places, or that
 * others of the module have, while what is declared is used in none (the declaration may be misspelt).
 */
export const undeclaredReference: Fixer = {
  name: "undeclared-reference",
  classes: [
    "undeclared-variable",
    "undeclared-local",
    "undeclared-module",
    "undeclared-resource",
    "invalid-reference",
  ],
  propose(problem: Problem, world: World): Proposal {
    const site = referenceSite(problem, world);
    const readings = site === undefined ? null : readingsOf(problem, site);
    return site === undefined || readings === null ? null : proposalOf(site, readings);
  },
};
