import type { BlockSchema } from "@apex/core";
import { attributeOf, directoryOf } from "@apex/generators-hcl";
import type { Attribute, Expression } from "@apex/generators-hcl/syntax";
import type { Problem } from "../../diagnostics/problem.ts";
import { wordsOf } from "../../world/nearest.ts";
import type { World } from "../../world/world.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { removed } from "../knowledge/text-pieces.ts";
import { chainAt, usesOf } from "../references/traversals.ts";
import { type ArgumentSite, argumentSite, isSettable } from "./argument-site.ts";
import { missingIn } from "./body-fit.ts";

/**
 * Last words of attributes that tell which thing it is or when it came to be. What is written there says nothing that Terraform
 * could do. Not among them: `id`, with which an existing thing is often meant, IP addresses and switches, which are wishes.
 */
const TELLING_WORDS: ReadonlySet<string> = new Set("arn etag fingerprint created".split(" "));

/** Last words of those that are addresses: one that is not the cloud's own is a wish. */
const ADDRESS_WORDS: ReadonlySet<string> = new Set("fqdn url uri endpoint link".split(" "));

/** Domains of AWS and Google under which providers hand out addresses. Source: the clouds' pages of service endpoints. */
const CLOUD_DOMAIN =
  /(?:^|[./])(?:amazonaws\.com|aws\.com|awsapprunner\.com|cloudfront\.net|googleapis\.com|run\.app|cloudfunctions\.net|appspot\.com)(?:\.cn)?(?:[/:]|$)/;

/** Last words of those that tell when something was, if another word says that it has been. */
const TIME_WORDS: ReadonlySet<string> = new Set("date time timestamp".split(" "));
const PAST_WORDS: ReadonlySet<string> = new Set(
  "create created creation last launch modified modification update updated upload uploaded".split(" "),
);

/** Whether what is written can be no wish: it tells what the cloud hands out, or when something was. */
function isTelling({ name, value }: Attribute): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  if (TIME_WORDS.has(last)) return words.some((word) => PAST_WORDS.has(word));
  if (!ADDRESS_WORDS.has(last)) return TELLING_WORDS.has(last);
  return value.kind === "literal" && CLOUD_DOMAIN.test(String(value.value));
}

function isConstant(value: Expression): boolean {
  return value.kind === "literal";
}

/** A settable argument that the value can have been meant for: `role_arn` for `arn`. */
function otherHome({ block, attribute }: ArgumentSite, schema: BlockSchema): string | undefined {
  return Object.keys(schema.attributes ?? {}).find(
    (name) =>
      name.endsWith(`_${attribute.name}`) &&
      isSettable(schema, name) &&
      attributeOf(block.body, name) === undefined,
  );
}

/** Whether something reads the attribute of this resource, and might expect what is written. */
function isRead({ blocks, attribute }: ArgumentSite, world: World): boolean {
  const [outermost] = blocks;
  const [type = "", name = ""] = outermost?.labels ?? [];
  if (outermost === undefined) return true;
  const { configuration } = world;
  return usesOf(configuration, directoryOf(outermost.source.file), [type, name]).some((place) =>
    chainAt(configuration, place).some(
      (step) => (step.kind === "attribute" && step.name === attribute.name) || step.kind === "splat",
    ),
  );
}

/** Some providers tell no place: then the one argument of that name which a provider decides. */
function siteOf(problem: Problem, world: World): ArgumentSite | undefined {
  if (problem.place !== undefined) return argumentSite(problem, world);
  const { name } = problem.names;
  const sites = [...world.configuration.parsed].flatMap(([file, { body }]) =>
    body.blocks.flatMap((block) => {
      const attribute = name === undefined ? undefined : attributeOf(block.body, name);
      if (attribute === undefined || block.type !== "resource") return [];
      const site = argumentSite(
        { ...problem, place: { file, start: attribute.start, end: attribute.end } },
        world,
      );
      return site === undefined || isSettable(site.schema, attribute.name) ? [] : [site];
    }),
  );
  return sites.length === 1 ? sites[0] : undefined;
}

function objectionTo(site: ArgumentSite, world: World): string | undefined {
  const { attribute, block, schema } = site;
  if (!isTelling(attribute))
    return "what is written may be a wish that the provider does not know by that name";
  if (!isConstant(attribute.value)) return "its value is computed from something else";
  const home = otherHome(site, schema);
  if (home !== undefined) return `its value may belong to ${home}`;
  const missing = missingIn(block.body, schema);
  if (missing !== undefined) return `${missing} is missing, which it may be meant for`;
  return isRead(site, world) ? "something refers to it" : undefined;
}

/**
 * Takes out an argument that the provider decides whatever is written (`arn = "…"`).
 *
 * Certain only for a constant at the top of a resource, of an attribute that tells which thing it is, that nothing reads, and where no
 * other argument can have been meant. `id` is left alone: who writes it mostly means a thing that exists. So are addresses
 * that are not the cloud's own, switches and sizes, which are wishes.
 */
export const readOnlyArgument: Fixer = {
  name: "read-only-argument",
  classes: ["read-only-argument"],
  propose(problem, world): Proposal {
    const site = siteOf(problem, world);
    if (site === undefined || site.blocks.length !== 1 || site.block.type !== "resource") return null;
    const { attribute, schema } = site;
    const known = Object.hasOwn(schema.attributes ?? {}, attribute.name);
    if (!known || isSettable(schema, attribute.name)) return null;
    const objection = objectionTo(site, world);
    if (objection !== undefined) {
      return { kind: "unsure", reason: `${attribute.name} cannot be set, and ${objection}`, candidates: [] };
    }
    return {
      kind: "edits",
      edits: [removed(attribute)],
      sentence: `${attribute.name} is decided by the provider whatever is written, and nothing reads what was written here.`,
    };
  },
};
