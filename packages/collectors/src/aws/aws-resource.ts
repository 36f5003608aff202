import type { JsonObject, ObservedFacts, Resource } from "@apex/core";
import { formatInstant } from "@apex/core";
import { identityOf, tagsOf } from "../terraform/identity.ts";
import type { AwsSession } from "./aws-service.ts";

/** What an inventory found, under Terraform's type and attribute names. */
export interface FoundResource {
  readonly type: string;
  /** Fields that the API did not tell are left out by {@link awsAttributes}. */
  readonly attributes: JsonObject;
  readonly observed?: Omit<ObservedFacts, "at">;
  /** Names beyond those that the attributes tell. */
  readonly aliases?: readonly string[];
}

/** A resource of the session's account and region; `undefined` for one that its API gave no id. */
export function awsResource(session: AwsSession, found: FoundResource): Resource | undefined {
  const identity = identityOf("aws", found.type, found.attributes);
  if (identity === undefined) return undefined;
  const aliases = [...identity.aliases, ...(found.aliases ?? [])].filter((alias) => alias !== identity.id);
  return {
    ...identity,
    aliases: [...new Set(aliases)],
    provider: "aws",
    type: found.type,
    region: session.region,
    account: session.accountId,
    tags: tagsOf("aws", found.attributes),
    attributes: found.attributes,
    observed: { at: formatInstant(session.nowMs), ...found.observed },
  };
}

/** The `tags` attribute from the list of pairs that most APIs answer with. */
export function tagMap(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (tags ?? []).flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? ""]])),
  );
}

/** Leaves out what an API did not tell, so that unknown stays unknown. */
export function awsAttributes(fields: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, JsonObject[string]] => field[1] !== undefined),
  );
}

/** A time of the SDK's as ISO 8601 UTC. */
export function instantOf(time: Date | undefined): string | undefined {
  return time === undefined || Number.isNaN(time.getTime()) ? undefined : formatInstant(time.getTime());
}
