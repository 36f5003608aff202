import { type Expression, textOf } from "@apex/generators-hcl/syntax";
import { attributeAt, enclosingBlocks } from "../../world/locate.ts";
import type { Fixer, Proposal } from "../fixer.ts";

/** The steps of a traversal, outermost last; empty for anything else. */
function stepsOf(expression: Expression): readonly Expression[] {
  const steps: Expression[] = [];
  let node = expression;
  while (node.kind === "attribute" || node.kind === "index") {
    steps.unshift(node);
    node = node.of;
  }
  return node.kind === "root" ? [node, ...steps] : [];
}

/** The resource, data source or module that a reference goes into: what of it is kept. */
function wholeObject(expression: Expression): Expression | undefined {
  const steps = stepsOf(expression);
  const [root] = steps;
  if (root?.kind !== "root") return undefined;
  const length = root.name === "data" ? 3 : 2;
  const object = steps[length - 1];
  if (object === undefined || steps.slice(1, length).some(({ kind }) => kind !== "attribute"))
    return undefined;
  const next = steps[length];
  return next?.kind === "index" ? next : object;
}

/** Arguments that list references. Source: Terraform language, "depends_on", "lifecycle". */
const LISTS: ReadonlySet<string> = new Set(["depends_on", "ignore_changes", "replace_triggered_by"]);

/** `depends_on = [aws_x.y.id]` → the resource; one reference without its list → in a list. */
export const staticReferences: Fixer = {
  name: "static-references",
  classes: ["invalid-dependency", "invalid-lifecycle", "invalid-expression"],
  propose({ place, class: problemClass, names }, world): Proposal {
    if (place === undefined) return null;
    const attribute = attributeAt(world.configuration, place);
    if (attribute === undefined || !LISTS.has(attribute.name)) return null;
    if (enclosingBlocks(world.configuration, place).length === 0) return null;
    const { value, name } = attribute;
    const { file } = value.source;
    const at = { file, start: value.start, end: value.end };
    if (value.kind === "tuple" && problemClass === "invalid-dependency") return cut(value.items, file);
    if (names["why"] === "wildcard" && value.kind === "tuple" && value.items.length === 1) {
      const sentence =
        "All changes are ignored with the word all, which took the place of the list with a star.";
      return { kind: "edits", edits: [{ ...at, text: "all" }], sentence };
    }
    const isAlone = stepsOf(value).length > 0 && names["why"] === "static";
    if (!isAlone || textOf(value) === "all") return null;
    const edits = [
      { file, start: value.start, end: value.start, text: "[" },
      { file, start: value.end, end: value.end, text: "]" },
    ];
    return { kind: "edits", edits, sentence: `${name} takes a list, of which this is the one element.` };
  },
};

function cut(items: readonly Expression[], file: string): Proposal {
  const edits = items.flatMap((item) => {
    const whole = wholeObject(item);
    return whole === undefined || whole === item ? [] : [{ file, start: whole.end, end: item.end, text: "" }];
  });
  if (edits.length === 0) return null;
  const sentence =
    "depends_on takes whole resources and modules: what is meant is that of which an attribute was named.";
  return { kind: "edits", edits, sentence };
}
