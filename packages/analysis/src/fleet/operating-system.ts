import type { OperatingSystem } from "@apex/catalog";
import { nameOfResource, type Resource } from "@apex/core";
import { isTrueAt, textAt } from "./attributes.ts";
import { withAttribute } from "./by-attribute.ts";
import { type Fleet, fleetOf, isBeside, launchTemplateOf } from "./fleet.ts";
import { platformOfAmiType, platformOfImage } from "./image-platform.ts";
import { scalingGroupNames } from "./scaling-group-names.ts";

/** The operating system that a machine's licence is paid for, with what of that is assumed or has no known price. */
export interface Licence {
  readonly operatingSystem: OperatingSystem;
  /** Whether a part of it, which grows with the vCPUs, has no known price: no catalogue has it, or which system it is is assumed. */
  readonly hasUnpricedPart: boolean;
  /** Sentences; empty when the price of the operating system is all of the licence. */
  readonly unknowns: readonly string[];
}

const ASSUMED: Licence = {
  operatingSystem: "linux",
  hasUnpricedPart: true,
  unknowns: ["operating system: not in the state; Linux prices are assumed"],
};

const ASSUMED_GROUP: Licence = {
  ...ASSUMED,
  unknowns: ["operating system: Linux prices are assumed"],
};

/** What a bill's word on a platform may add to the operating system, and what is to be said of it. */
const ADDED_LICENCES: readonly (readonly [RegExp, string])[] = [
  [
    /sql server/,
    "SQL Server licence: paid by the vCPU, for four at least, at a price that is not in the catalogue; the saving counts the machine and its operating system alone",
  ],
  [
    /ubuntu pro|with ha\b/,
    "licence: what the vendor's subscription costs is not in the catalogue; the saving counts the machine without it",
  ],
];

/**
 * Reads the platform as the bill words it: "Linux/UNIX", "Windows with SQL Server Standard", "Red Hat BYOL Linux". A licence
 * that is brought along is no part of the price; `undefined` for a word that says nothing. Source: EC2 user guide, "AMI billing
 * information fields".
 */
function licenceOf(words: string): Licence | undefined {
  const platform = words.toLowerCase();
  const unknowns = ADDED_LICENCES.flatMap(([pattern, unknown]) => (pattern.test(platform) ? [unknown] : []));
  const of = (operatingSystem: OperatingSystem): Licence => ({
    operatingSystem,
    hasUnpricedPart: unknowns.length > 0,
    unknowns,
  });
  if (platform.includes("byol")) return of("linux");
  if (platform.includes("windows")) return of("windows");
  if (/red hat|rhel/.test(platform)) return of("rhel");
  // Its price is in a synced catalogue alone; without one it is unknown, never that of Linux.
  if (platform.includes("suse")) return of("suse");
  return /linux|unix|sql server|ubuntu/.test(platform) ? of("linux") : undefined;
}

/** The licence of an instance, by what EC2 says of its platform; else Linux, assumed. */
export function operatingSystemOf({ attributes, observed }: Resource): Licence {
  const words = [
    textAt(attributes, "platform"),
    textAt(attributes, "platform_details") ?? observed?.platform,
    // Only Windows has a password to fetch.
    isTrueAt(attributes, "get_password_data") ? "windows" : undefined,
    platformOfImage(textAt(attributes, "ami")),
  ];
  return licenceOf(words.filter((word) => word !== undefined).join(" ")) ?? ASSUMED;
}

const membersByGroup = new WeakMap<Fleet, ReadonlyMap<string | undefined, readonly Resource[]>>();

/** The instances of the fleet that an Auto Scaling group of a name started, in its region and account. */
function membersOf(fleet: Fleet, group: Resource, name: string): readonly Resource[] {
  let index = membersByGroup.get(fleet);
  if (index === undefined) {
    index = Map.groupBy(fleet.ofType("aws_instance"), ({ tags }) => tags["aws:autoscaling:groupName"]);
    membersByGroup.set(fleet, index);
  }
  return (index.get(name) ?? []).filter((member) => isBeside(member, group));
}

/**
 * The licence of an Auto Scaling group's or an EKS node group's machines: that of a member, where the inventory has one; what the
 * node group or the image of its template is named for; that of another instance of the same image; else Linux, assumed.
 */
export function groupLicence(fleet: Fleet, group: Resource): Licence {
  const template = launchTemplateOf(fleet, group);
  const image = template === undefined ? undefined : textAt(template.attributes, "image_id");
  const names = group.type === "aws_eks_node_group" ? scalingGroupNames(group) : [nameOfResource(group)];
  const named = [platformOfAmiType(textAt(group.attributes, "ami_type")), platformOfImage(image)].find(
    (words) => words !== undefined,
  );
  return (
    firstTold(names.flatMap((name) => membersOf(fleet, group, name))) ??
    (named === undefined ? undefined : licenceOf(named)) ??
    firstTold(image === undefined ? [] : withAttribute(fleet, "aws_instance", "ami", image)) ??
    ASSUMED_GROUP
  );
}

/** The licence of the first of some machines that is told, not assumed: a group may have thousands. */
function firstTold(machines: readonly Resource[]): Licence | undefined {
  for (const machine of machines) {
    const licence = operatingSystemOf(machine);
    if (licence !== ASSUMED) return licence;
  }
  return undefined;
}

/** The operating systems of machines and groups by their addresses, where anything tells them: what a plan is to be priced with. */
export function toldOperatingSystems(
  resources: readonly Resource[],
): Readonly<Record<string, OperatingSystem>> {
  const fleet = fleetOf(resources, [], new Set());
  const told = (type: string, licenceOfOne: (resource: Resource) => Licence) =>
    fleet.ofType(type).flatMap((resource) => {
      const licence = licenceOfOne(resource);
      const isAssumed = licence === ASSUMED || licence === ASSUMED_GROUP;
      return resource.address === undefined || isAssumed
        ? []
        : [[resource.address, licence.operatingSystem] as const];
    });
  return Object.fromEntries([
    ...told("aws_instance", operatingSystemOf),
    ...told("aws_autoscaling_group", (group) => groupLicence(fleet, group)),
  ]);
}
