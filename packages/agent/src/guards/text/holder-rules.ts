import { type Configuration, directoryOf } from "@apex/generators-hcl";
import { type Body, textOf } from "@apex/generators-hcl/syntax";
import type { TextChange, Violation } from "../guard.ts";
import { inventoryOf, type Written } from "../inventory.ts";
import { isMend } from "../similar.ts";
import type { Pairing } from "./declaration-rules.ts";
import { blockAddress } from "./instances.ts";
import { referentsOf } from "./referents.ts";

/**
 * Attributes that tell whom a permission or a rule is given to and what it is for, with what rights something runs, and in which
 * networks it stands: each could be right in itself, and another one opens what was closed.
 */
const HOLDERS: ReadonlySet<string> = new Set([
  "role",
  "roles",
  "role_arn",
  "role_name",
  "execution_role_arn",
  "task_role_arn",
  "iam_instance_profile",
  "user",
  "users",
  "group",
  "groups",
  "member",
  "members",
  "service_account_id",
  "service_account_name",
  "bucket",
  "function_name",
  "key_id",
  "kms_key_id",
  "kms_key_arn",
  "kms_key_name",
  "kms_master_key_id",
  "queue_url",
  "topic_arn",
  "secret_arn",
  "dataset_id",
  "security_group_id",
  "security_group_ids",
  "security_groups",
  "vpc_security_group_ids",
  "subnet_id",
  "subnet_ids",
  "subnets",
  "subnetwork",
]);

/** Where something stands: for a network that nobody declares another one may be told. */
const PLACES: ReadonlySet<string> = new Set(["subnet_id", "subnet_ids", "subnets", "subnetwork"]);

/** Whether it is the only one of its kind, so that nothing else can have been meant by a name that nobody declares. */
function isOnlyOne(referent: string, original: Configuration, file: string): boolean {
  const [type = ""] = referent.split(".");
  const alike = inventoryOf(original).filter(
    ({ kind, labels, file: other }) =>
      (kind === "resource" || kind === "data") &&
      labels[0] === type &&
      directoryOf(other) === directoryOf(file),
  );
  return alike.length === 1 && alike[0]?.labels[1] === referent.split(".")[1];
}

function isDeclared(referent: string, configuration: Configuration): boolean {
  const [root = "", name = ""] = referent.split(".");
  const kind = { var: "variable", local: "local", module: "module" }[root];
  return inventoryOf(configuration).some(({ kind: own, labels }) =>
    kind === undefined ? labels[0] === root && labels[1] === name : own === kind && labels[0] === name,
  );
}

/** Where a block says who holds something, by the attribute's name; also in its nested blocks. */
function holdersIn(body: Body): readonly (readonly [name: string, text: string])[] {
  return [
    ...body.attributes.flatMap(({ name, value }) =>
      HOLDERS.has(name) ? [[name, textOf(value)] as const] : [],
    ),
    ...body.blocks.flatMap((block) => holdersIn(block.body)),
  ];
}

/** Both configurations, with what was renamed between them. */
interface Scene {
  readonly original: Configuration;
  readonly edited: Configuration;
  /** `aws_s3_buckets.a` → `aws_s3_bucket.a` */
  readonly renamed: ReadonlyMap<string, string>;
}

/** Whether what holds it now held it before, is the name that was misspelt, or can alone have been meant. */
function isHeldBefore(
  referent: string,
  before: readonly string[],
  { scene, name, file }: { readonly scene: Scene; readonly name: string; readonly file: string },
): boolean {
  if (before.includes(referent)) return true;
  const lost = before.filter((other) => !isDeclared(other, scene.edited));
  const isMended = lost.some(
    (other) => scene.renamed.get(other) === referent || isMend(other, referent, new Set()),
  );
  return isMended || (lost.length > 0 && (PLACES.has(name) || isOnlyOne(referent, scene.original, file)));
}

function changedHolders({ before, after }: Pairing, scene: Scene): readonly Violation[] {
  if (before.meaning === after.meaning || before.block === undefined || after.block === undefined) return [];
  const { file } = before;
  const old = Map.groupBy(holdersIn(before.block.body), ([name]) => name);
  const changed = holdersIn(after.block.body).filter(([name, text]) => {
    const held = (old.get(name) ?? []).flatMap(([, one]) => referentsOf(one));
    const now = referentsOf(text);
    // A bucket's own name holds nothing.
    if (held.length === 0 || (name === "bucket" && before.labels[0] === "aws_s3_bucket")) return false;
    return now.length === 0 || now.some((referent) => !isHeldBefore(referent, held, { scene, name, file }));
  });
  const address = blockAddress(before);
  return changed.map(([name]) => ({
    rule: "access-widened",
    sentence: `${name} of ${address} would be another one: what that opens, or may do, would be something else's`,
    address,
    file,
  }));
}

function referentOf({ kind, labels }: Written): string {
  const root = { variable: "var", local: "local", module: "module" }[kind];
  return root === undefined ? labels.join(".") : `${root}.${labels[0] ?? ""}`;
}

/** Who holds a permission, and in which group or network something stands, is the owner's to choose: an edit may mend its spelling. */
export function holderRules(
  { original, edited }: Pick<TextChange, "original" | "edited">,
  pairs: readonly Pairing[],
): readonly Violation[] {
  const renamed = new Map(pairs.map(({ before, after }) => [referentOf(before), referentOf(after)]));
  return pairs.flatMap((pair) => changedHolders(pair, { original, edited, renamed }));
}
