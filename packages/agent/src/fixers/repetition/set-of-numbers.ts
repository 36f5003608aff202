import { type Block, type Expression, expressionsIn } from "@apex/generators-hcl/syntax";
import { attributeAt, enclosingBlocks } from "../../world/locate.ts";
import type { World } from "../../world/world.ts";
import { attributeType } from "../expression-type.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { TERRAFORM_FUNCTIONS } from "../functions/terraform-functions.ts";
import { fullSchemaOfBody } from "../schema/core-schema.ts";
import { ownEntry } from "../type-schema.ts";

/** The elements of `toset([…])` and of `[…]`. */
function elementsOf(value: Expression): readonly Expression[] | undefined {
  if (value.kind === "tuple") return value.items;
  if (value.kind !== "call" || value.name !== "toset") return undefined;
  const [list] = value.arguments;
  return list?.kind === "tuple" ? list.items : undefined;
}

/** The text that Terraform makes of a whole number, where that is how it is written. */
function wholeNumber(element: Expression): string | undefined {
  if (element.kind !== "literal" || typeof element.value !== "number") return undefined;
  const text = element.source.text.slice(element.start, element.end);
  return /^(?:0|[1-9]\d{0,14})$/.test(text) ? text : undefined;
}

/** Functions that take any type and make the same of a number and of its digits. Source: Terraform language, their pages. */
const ALIKE: ReadonlySet<string> = new Set(["format", "tostring", "tonumber"]);

type Range = Pick<Expression, "start" | "end">;

/** The parts of an expression that tell a number from its digits, whole. */
function tellingParts(one: Expression): readonly Range[] {
  if (one.kind === "binary") return ["==", "!="].includes(one.operator) ? [one] : [];
  if (one.kind !== "call" || ALIKE.has(one.name)) return [];
  const signature = TERRAFORM_FUNCTIONS.get(one.name);
  return one.arguments.filter((_, at) => {
    const type = signature?.parameters[at] ?? signature?.variadic ?? "dynamic";
    return JSON.stringify(type).includes("dynamic");
  });
}

/** The values of arguments that take any type. */
function openValues(block: Block, world: World): readonly Range[] {
  const schema = fullSchemaOfBody(world, [block]);
  if (schema === undefined && block.type !== "module") return [];
  return block.body.attributes.flatMap(({ name, value }) => {
    const attribute = ownEntry(schema?.attributes, name);
    const isOpen = attribute === undefined || attributeType(attribute) === "dynamic";
    return isOpen && name !== "for_each" ? [value] : [];
  });
}

/** Whether something in a block may tell a number of its `each` from the same digits as a string. */
function tellsApart(block: Block, world: World): boolean {
  const all = [...expressionsIn(block)];
  const telling = [...all.flatMap(tellingParts), ...openValues(block, world)];
  return all
    .filter((one) => one.kind === "root" && one.name === "each")
    .some((use) => telling.some(({ start, end }) => start <= use.start && use.end <= end));
}

/**
 * Puts whole numbers that `for_each` is written over into quotes: it takes strings alone, and a string of digits is converted back
 * wherever a number is wanted. Certain only where all elements are written there and differ, and where the block uses its element
 * nowhere that takes a string for another value than the number: not compared, encoded, or given to what takes any type.
 */
export const setOfNumbers: Fixer = {
  name: "set-of-numbers",
  classes: ["invalid-for-each"],
  propose({ place, names }, world): Proposal {
    const { configuration } = world;
    if (place === undefined || names["why"] !== "set-type" || names["type"] !== "number") return null;
    const attribute = attributeAt(configuration, place);
    const elements = attribute?.name === "for_each" ? elementsOf(attribute.value) : undefined;
    if (elements === undefined || elements.length === 0) return null;
    const texts = elements.map(wholeNumber);
    if (texts.includes(undefined) || new Set(texts).size < texts.length) return null;
    const [block] = enclosingBlocks(configuration, place);
    if (block === undefined || tellsApart(block, world)) {
      const reason =
        "for_each takes strings, and where the element is used a string may be another value than the number";
      return { kind: "unsure", reason, candidates: [] };
    }
    const { file } = place;
    return {
      kind: "edits",
      edits: elements.map(({ start, end }, index) => ({ file, start, end, text: `"${texts[index] ?? ""}"` })),
      sentence: "for_each takes strings; these whole numbers are the same written in quotes.",
    };
  },
};
