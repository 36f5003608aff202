import type { TerraformSchemas } from "@apex/core";
import type { Expression } from "@apex/generators-hcl/syntax";
import { attributeOf, type ResourceDeclaration } from "@apex/generators-hcl";
import type { Scope } from "../expression-type.ts";

/** The attribute that is meant by a whole resource, or those that may be. */
export type AttributeMeant =
  | { readonly kind: "attribute"; readonly name: string; readonly candidates: readonly string[] }
  | { readonly kind: "unclear"; readonly candidates: readonly string[] };

/** The resource or data source that an expression is the whole of: `aws_vpc.main`, `data.aws_ami.a`, `aws_subnet.a[0]`. */
function wholeResource(expression: Expression, { module }: Scope): ResourceDeclaration | undefined {
  const isInstance = expression.kind === "index";
  const base = isInstance ? expression.of : expression;
  if (base.kind !== "attribute") return undefined;
  const { of } = base;
  const isData = of.kind === "attribute" && of.of.kind === "root" && of.of.name === "data";
  const key =
    of.kind === "root" ? `${of.name}.${base.name}` : isData ? `data.${of.name}.${base.name}` : undefined;
  const found = key === undefined ? undefined : module.resources.get(key);
  if (found === undefined) return undefined;
  const isRepeated =
    attributeOf(found.block.body, "count") !== undefined ||
    attributeOf(found.block.body, "for_each") !== undefined;
  return isRepeated === isInstance ? found : undefined;
}

/** Documents whose JSON is what a policy takes. Source: AWS provider 6.25, `aws_iam_policy_document`. */
const DOCUMENTS: Readonly<Record<string, { readonly argument: RegExp; readonly attribute: string }>> = {
  "data.aws_iam_policy_document": { argument: /policy$/, attribute: "json" },
};

/**
 * `security_group` and `vpc_security_group` for an `aws_security_group`, `role` and `execution_role` for an `aws_iam_role`, `cluster` for an
 * `aws_eks_cluster`. Not `instance` for an `aws_db_instance`, as there are resources that are called just so.
 */
function isNamedLike(stem: string, type: string, schemas: TerraformSchemas): boolean {
  const start = type.indexOf("_") + 1;
  const kind = type.slice(start);
  if (type === "aws_iam_role" && /(?:^|_)role$/.test(stem)) return true;
  if (`_${stem}`.endsWith(`_${kind}`)) return true;
  return `_${kind}`.endsWith(`_${stem}`) && schemas.resource(`${type.slice(0, start)}${stem}`) === undefined;
}

/**
 * What of a resource an argument takes, by its name: `vpc_id` takes the id of an `aws_vpc`, `role_arn` the ARN of an `aws_iam_role`.
 * Certain only where the name of the argument without its ending is how the resource type ends: a `vpc_id` given a subnet may be that of
 * the subnet or a mistake.
 */
export function attributeMeant(
  expression: Expression,
  argument: string,
  scope: Scope,
): AttributeMeant | undefined {
  const resource = wholeResource(expression, scope);
  if (resource === undefined) return undefined;
  const { schemas } = scope.world;
  const { type, mode } = resource;
  const schema = mode === "data" ? schemas.dataSource(type) : schemas.resource(type);
  const attributes = schema?.block.attributes ?? {};
  const name = argument.slice(argument.lastIndexOf(".") + 1);
  const document = DOCUMENTS[`${mode === "data" ? "data." : ""}${type}`];
  if (document?.argument.test(name) === true) {
    return { kind: "attribute", name: document.attribute, candidates: [] };
  }
  const candidates = [...new Set(["id", "arn", "name", name])].filter((one) =>
    Object.hasOwn(attributes, one),
  );
  const [, stem, ending] = /^(.+)_(id|arn|name)s?$/.exec(name) ?? [];
  const isKind = stem !== undefined && isNamedLike(stem, type, schemas);
  // Both the id and the ARN of a key are taken, and one of them differs from what is read back.
  // What it has under the argument's own name is not its id: a Google `dataset_id` is the last part of it.
  const isPlain =
    isKind && ending !== undefined && !type.startsWith("aws_kms_") && !Object.hasOwn(attributes, name);
  if (isPlain && candidates.includes(ending)) return { kind: "attribute", name: ending, candidates: [] };
  return { kind: "unclear", candidates };
}
