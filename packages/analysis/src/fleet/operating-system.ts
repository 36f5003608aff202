import type { OperatingSystem } from "@apex/catalog";
import { nameOfResource, type Resource } from "@apex/core";
import { isTrueAt, textAt } from "./attributes.ts";
import { type Fleet, isBeside } from "./fleet.ts";

/** The operating system that a machine's licence is paid for, with what of that is assumed or has no known price. */
export interface Licence {
  readonly operatingSystem: OperatingSystem;
  /** Sentences; empty when the price of the operating system is all of the licence. */
  readonly unknowns: readonly string[];
}

const ASSUMED: Licence = {
  operatingSystem: "linux",
  unknowns: ["operating system: not in the state; Linux prices are assumed"],
};

/** What a bill's word on a platform may add to the operating system, and what is to be said of it. */
const ADDED_LICENCES: readonly (readonly [RegExp, string])[] = [
  [
    /sql server/,
    "SQL Server licence: paid by the vCPU, for four at least, at a price that is not in the catalogue; the saving counts the machine and its operating system alone",
  ],
  [
    /suse|ubuntu pro|with ha\b/,
    "licence: what the vendor's subscription costs is not in the catalogue; the saving counts the machine without it",
  ],
];

/**
 * Reads the platform as the bill words it: "Linux/UNIX", "Windows with SQL Server Standard", "Red Hat BYOL Linux". A licence
 * that is brought along is no part of the price. Source: EC2 user guide, "AMI billing information fields".
 */
export function operatingSystemOf({ attributes, observed }: Resource): Licence {
  const words = [
    textAt(attributes, "platform"),
    textAt(attributes, "platform_details") ?? observed?.platform,
  ].filter((word) => word !== undefined);
  const platform = words.join(" ").toLowerCase();
  const hasPassword = isTrueAt(attributes, "get_password_data");
  if (platform === "" && !hasPassword) return ASSUMED;
  const unknowns = ADDED_LICENCES.flatMap(([pattern, unknown]) => (pattern.test(platform) ? [unknown] : []));
  if (platform.includes("byol")) return { operatingSystem: "linux", unknowns };
  if (platform.includes("windows") || hasPassword) return { operatingSystem: "windows", unknowns };
  if (platform.includes("red hat") || platform.includes("rhel")) {
    return { operatingSystem: "rhel", unknowns };
  }
  const isKnown = /linux|unix|sql server|ubuntu|suse/.test(platform);
  return isKnown ? { operatingSystem: "linux", unknowns } : ASSUMED;
}

/** The licence of a group's machines: that of a member, where the inventory has one; else Linux, assumed. */
export function groupLicence(fleet: Fleet, group: Resource): Licence {
  const member = fleet
    .ofType("aws_instance")
    .find(
      (one) => one.tags["aws:autoscaling:groupName"] === nameOfResource(group) && isBeside(one, group),
    );
  return member === undefined
    ? { operatingSystem: "linux", unknowns: ["operating system: Linux prices are assumed"] }
    : operatingSystemOf(member);
}
