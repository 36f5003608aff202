import type { JsonValue } from "@apex/core";
import { AWS_GONE_TYPES } from "./aws-advice.ts";
import { AWS_CHANGES } from "./aws-changes.ts";
import { GOOGLE_CHANGES, GOOGLE_GONE_TYPES } from "./google-changes.ts";

/** What a major version of a provider did to one name of a body. */
export interface VersionChange {
  /** The body that had the name: `aws_msk_cluster.broker_node_group_info`, data sources with `data.` before it. */
  readonly body: string;
  /** The argument, block or attribute that is gone. */
  readonly from: string;
  /** The major version whose upgrade guide tells of it, which is the source of the entry where no other is named. */
  readonly since: number;
  /** Where the upgrade guide leaves something open: what else tells. */
  readonly source?: string;
  readonly answer: ChangeAnswer;
}

/** What to write in its place so that it means the same. */
export type ChangeAnswer =
  /** The same value under another name; also for references to it. */
  | {
      readonly kind: "renamed";
      readonly to: string;
      /** A value with this in its constant text can never have been meant so, and what else it is meant for is not known. */
      readonly never?: { readonly text: string; readonly because: string };
    }
  /** A list of the one value. */
  | { readonly kind: "wrapped"; readonly to: string }
  /** The one value of a list. */
  | { readonly kind: "unwrapped"; readonly to: string }
  /** A constant for a constant, by the text of the old one. `to` may be several arguments that the one has become. */
  | {
      readonly kind: "mapped";
      readonly to: readonly string[];
      readonly values: Readonly<Record<string, JsonValue>>;
      /** Holds only where a constant of the resource's own body starts with one of these. */
      readonly where?: { readonly argument: string; readonly starts: readonly string[] };
      /** Not beside this argument of the same body, on which the old one had an effect that the new one has not. */
      readonly notBeside?: string;
    }
  /** An argument of a block (of blocks) that has to be there now. `beside`: what that block needs besides. */
  | {
      readonly kind: "nested";
      readonly into: readonly string[];
      readonly to: string;
      readonly wrap?: true;
      readonly values?: Readonly<Record<string, JsonValue>>;
      readonly beside?: Readonly<Record<string, JsonValue>>;
    }
  /** `true` has become an empty block. */
  | { readonly kind: "block"; readonly to: string }
  /** A list of objects has become one block for each. */
  | { readonly kind: "blocks"; readonly to: string; readonly keys: readonly string[] }
  /** The arguments of a block have moved up into the body. */
  | { readonly kind: "lifted"; readonly names: readonly string[] }
  /** A reference to `type.name.attribute` has become one to another attribute of the same resource. */
  | {
      readonly kind: "rereferred";
      readonly to: string;
      readonly type: string;
      readonly attribute: string;
      readonly becomes: string;
    }
  /**
   * With these values it has no effect, as the provider documents: it can go. For a block, what each of its arguments must be.
   * `emptied`: the block around it goes as well when nothing else is in it.
   */
  | {
      readonly kind: "dropped";
      readonly values: readonly (string | number | boolean)[] | "any";
      readonly because: string;
      readonly emptied?: true;
    }
  /** Nothing that is certainly the same: what a person, or a model, has to do. */
  | { readonly kind: "advice"; readonly next: string };

/** A resource type or data source (`data.` before it) that a major version took away, with what to do. */
export interface GoneType {
  readonly type: string;
  readonly since: number;
  readonly next: string;
}

/** All known changes. */
export const VERSION_CHANGES: readonly VersionChange[] = [...AWS_CHANGES, ...GOOGLE_CHANGES];

const CHANGES: ReadonlyMap<string, VersionChange> = new Map(
  VERSION_CHANGES.map((change) => [`${change.body}#${change.from}`, change]),
);

/** All types that are known to be gone. */
export const GONE_TYPES: readonly GoneType[] = [...AWS_GONE_TYPES, ...GOOGLE_GONE_TYPES];

const GONE: ReadonlyMap<string, GoneType> = new Map(GONE_TYPES.map((gone) => [gone.type, gone]));

/** The change of one name of a body, both as in {@link VersionChange}. */
export function versionChange(body: string, name: string): VersionChange | undefined {
  return CHANGES.get(`${body}#${name}`);
}

/** What became of a resource type that no current version has; data sources with `data.` before it. */
export function goneType(type: string): GoneType | undefined {
  return GONE.get(type);
}
