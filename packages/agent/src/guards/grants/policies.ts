import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "@apex/core";
import { digestOf } from "../digest.ts";
import { negated } from "./covers.ts";
import type { Grant } from "./grant.ts";
import { blocksOf, textsOf } from "./written.ts";

/** Facts taken from one resource; what has more is one fact that equals itself only. */
const FACTS_MAX = 2_000;

/** Objects within objects that are looked through for policies. */
const DEPTH_MAX = 16;

/** `["s3:Get*"]` or all but the other list. */
function either(value: JsonValue | undefined, not: JsonValue | undefined): readonly string[] {
  const excluded = textsOf(not);
  return [...textsOf(value), ...(excluded.length === 0 ? [] : [negated(excluded)])];
}

function principals(value: JsonValue | undefined): readonly string[] {
  if (!isJsonObject(value)) return textsOf(value);
  return Object.entries(value).flatMap(([type, names]) =>
    textsOf(names).map((name) => (name === "*" && type === "AWS" ? "*" : `${type}:${name}`)),
  );
}

function isSet(value: JsonValue | undefined): boolean {
  return (
    value !== undefined &&
    value !== null &&
    !(Array.isArray(value) && value.length === 0) &&
    !(isJsonObject(value) && Object.keys(value).length === 0)
  );
}

interface Statement {
  readonly kind: "allow" | "deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly string[];
  readonly condition: JsonValue | undefined;
}

function facts(statement: Statement): readonly Grant[] {
  const { kind, actions, condition } = statement;
  const by = statement.principals.length === 0 ? ["-"] : statement.principals;
  const on = statement.resources.length === 0 ? ["-"] : statement.resources;
  if (actions.length * by.length * on.length > FACTS_MAX) {
    return [{ kind, action: `digest:${digestOf([actions, by, on])}`, resource: "*", principal: "*" }];
  }
  return actions.flatMap((action) =>
    on.flatMap((resource) =>
      by.map(
        (principal): Grant => ({
          kind,
          action,
          resource,
          principal,
          ...(isSet(condition) ? { condition: digestOf(condition) } : {}),
        }),
      ),
    ),
  );
}

/** The facts of a policy document as AWS writes it in JSON. */
function documentFacts(document: JsonObject): readonly Grant[] {
  const { Statement: written } = document;
  const statements = Array.isArray(written) ? (written as JsonValue[]) : [written ?? null];
  return statements.filter(isJsonObject).flatMap((statement) => {
    const not = principals(statement["NotPrincipal"]);
    return facts({
      kind: statement["Effect"] === "Deny" ? "deny" : "allow",
      actions: either(statement["Action"], statement["NotAction"]),
      resources: either(statement["Resource"], statement["NotResource"]),
      principals: [...principals(statement["Principal"]), ...(not.length === 0 ? [] : [negated(not)])],
      condition: statement["Condition"],
    });
  });
}

/** The facts of every policy document in an attribute's text, at any depth. */
function embeddedPolicies(value: JsonValue, depth = 0): readonly Grant[] {
  if (depth > DEPTH_MAX) return [];
  if (typeof value === "string") {
    const document = /^\s*\{/.test(value) ? parseJson(value) : undefined;
    if (!isJsonObject(document)) return [];
    return "Statement" in document ? documentFacts(document) : embeddedPolicies(document, depth + 1);
  }
  const inner = Array.isArray(value)
    ? (value as JsonValue[])
    : isJsonObject(value)
      ? Object.values(value)
      : [];
  return inner.flatMap((item) => embeddedPolicies(item, depth + 1));
}

/** `principals { type, identifiers }` of a policy document's data source. */
function documentPrincipals(value: JsonValue | undefined): readonly string[] {
  return blocksOf(value).flatMap(({ type, identifiers }) =>
    textsOf(identifiers).map((name) =>
      name === "*" ? "*" : `${typeof type === "string" ? type : "?"}:${name}`,
    ),
  );
}

/** The facts of an `aws_iam_policy_document` data source. */
function policyDocumentData(values: JsonObject): readonly Grant[] {
  const statements = blocksOf(values["statement"]).flatMap((statement) => {
    const not = documentPrincipals(statement["not_principals"]);
    return facts({
      kind: statement["effect"] === "Deny" ? "deny" : "allow",
      actions: either(statement["actions"], statement["not_actions"]),
      resources: either(statement["resources"], statement["not_resources"]),
      principals: [
        ...documentPrincipals(statement["principals"]),
        ...(not.length === 0 ? [] : [negated(not)]),
      ],
      condition: statement["condition"],
    });
  });
  return [...statements, ...embeddedPolicies(values["source_policy_documents"] ?? null)];
}

/** Attributes that attach whole policies or roles by name. */
const ATTACHED = [
  "policy_arn",
  "managed_policy_arns",
  "permission_set_arn",
  "role_definition_name",
  "role_definition_id",
];

/** What a binding of Google's is on: `google_project_iam_member` → `google_project`; `undefined` for other types. */
export function boundBy(type: string): string | undefined {
  return /^(google_.*)_iam_(?:member|binding|policy)$/.exec(type)?.[1];
}

/** The role, target and members of Google's `…_iam_member` and `…_iam_binding`, and of policies by their JSON. */
function googleBindings(type: string, values: JsonObject): readonly Grant[] {
  const target = boundBy(type);
  if (target === undefined) return [];
  const { role, member, members, condition } = values;
  return facts({
    kind: "allow",
    actions: textsOf(role),
    resources: [target],
    principals: [...textsOf(member), ...textsOf(members)],
    condition,
  });
}

/** `binding { role, members }` of `google_iam_policy`. */
function googlePolicy(values: JsonObject): readonly Grant[] {
  return blocksOf(values["binding"]).flatMap(({ role, members, condition }) =>
    facts({
      kind: "allow",
      actions: textsOf(role),
      resources: ["-"],
      principals: textsOf(members),
      condition,
    }),
  );
}

/** Who may call a function, a key or an endpoint, and who an image or a share is given to. */
function permissions(type: string, values: JsonObject): readonly Grant[] {
  if (type === "aws_lambda_permission") {
    const { action, principal, source_arn, source_account, principal_org_id } = values;
    const limits = [source_arn, source_account, principal_org_id].filter(isSet);
    return facts({
      kind: "allow",
      actions: textsOf(action),
      resources: ["function"],
      principals: textsOf(principal),
      condition: limits as JsonValue,
    });
  }
  if (type === "aws_kms_grant") {
    const { operations, grantee_principal, constraints } = values;
    return facts({
      kind: "allow",
      actions: textsOf(operations).map((operation) => `kms:${operation}`),
      resources: ["key"],
      principals: textsOf(grantee_principal),
      condition: constraints,
    });
  }
  return [];
}

/** `rule { api_groups, resources, verbs }` of Kubernetes' roles. */
function kubernetesRules(type: string, values: JsonObject): readonly Grant[] {
  if (!/^kubernetes_(?:cluster_)?role(?:_v1)?$/.test(type)) return [];
  return blocksOf(values["rule"]).flatMap((rule) =>
    facts({
      kind: "allow",
      actions: textsOf(rule["verbs"]),
      resources: [...textsOf(rule["resources"]), ...textsOf(rule["non_resource_urls"])],
      principals: ["-"],
      condition: rule["resource_names"],
    }),
  );
}

/** All that policies, roles and permissions of a resource allow. */
export function policyGrants(type: string, values: JsonObject): readonly Grant[] {
  if (type === "aws_iam_policy_document") return policyDocumentData(values);
  if (type === "google_iam_policy") return googlePolicy(values);
  const attached = ATTACHED.flatMap((name) =>
    textsOf(values[name]).map((policy): Grant => ({ kind: "open", what: `policy ${policy}` })),
  );
  const bound = /role_binding/.test(type)
    ? [{ kind: "open" as const, what: `binding ${digestOf([values["role_ref"], values["subject"]])}` }]
    : [];
  return [
    ...embeddedPolicies(values),
    ...attached,
    ...bound,
    ...googleBindings(type, values),
    ...permissions(type, values),
    ...kubernetesRules(type, values),
  ];
}
