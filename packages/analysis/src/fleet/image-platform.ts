/**
 * Public parameters that name an image, by what they begin with, and the platform as the bill words it. Sources: Systems
 * Manager user guide, "Calling AMI public parameters"; the vendors' pages on their parameters.
 */
const PARAMETERS: readonly (readonly [RegExp, string])[] = [
  [/^\/aws\/service\/ami-windows-latest\/.*-SQL_/i, "Windows with SQL Server"],
  [/^\/aws\/service\/ami-windows-latest\//, "Windows"],
  [/^\/aws\/service\/ami-amazon-linux-latest\//, "Linux/UNIX"],
  [/^\/aws\/service\/bottlerocket\//, "Linux/UNIX"],
  [/^\/aws\/service\/(?:eks|ecs)\/optimized-ami\//, "Linux/UNIX"],
  [/^\/aws\/service\/debian\//, "Linux/UNIX"],
  [/^\/aws\/service\/canonical\/ubuntu\/pro-/, "Ubuntu Pro"],
  [/^\/aws\/service\/canonical\/ubuntu\//, "Linux/UNIX"],
  [/^\/aws\/service\/suse\//, "SUSE Linux"],
];

const RESOLVE = "resolve:ssm:";

/** The platform of an image that is named by a public parameter, `resolve:ssm:/aws/service/…`; `undefined` for all others. */
export function platformOfImage(image: string | undefined): string | undefined {
  if (image === undefined || !image.startsWith(RESOLVE)) return undefined;
  const name = image.slice(RESOLVE.length);
  return PARAMETERS.find(([pattern]) => pattern.test(name))?.[1];
}

/**
 * The platform of a node group's `ami_type`: "WINDOWS_CORE_2022_x86_64", "AL2023_x86_64_STANDARD". `undefined` for "CUSTOM",
 * which leaves it to the launch template. Source: EKS API reference, Nodegroup, amiType.
 */
export function platformOfAmiType(type: string | undefined): string | undefined {
  if (type === undefined) return undefined;
  if (type.startsWith("WINDOWS_")) return "Windows";
  return /^(?:AL2|AL2023|BOTTLEROCKET)_/.test(type) ? "Linux/UNIX" : undefined;
}
