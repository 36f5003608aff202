/**
 * Public images of Compute Engine by what their names have, free ones too, and the platform as bills word it. Source: Compute Engine
 * documentation, "OS images".
 */
const IMAGES: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)(?:debian|rocky-linux|almalinux|centos|fedora|opensuse|cos)-cloud\//i, "Linux/UNIX"],
  [/windows|(?:^|\/)sql-(?:ent|exp|std|web)-/i, "Windows"],
  [/rhel/i, "Red Hat Enterprise Linux"],
  [/(?<!open)suse|sles/i, "SUSE Linux"],
  [/ubuntu-(?:os-)?pro/i, "Ubuntu Pro"],
  [/(?:^|\/)ubuntu-os-cloud\//i, "Linux/UNIX"],
];

/** The platform of a Compute Engine image that is named for it; `undefined` for all others, which may be of anything. */
export function platformOfGoogleImage(image: string | undefined): string | undefined {
  return image === undefined ? undefined : IMAGES.find(([pattern]) => pattern.test(image))?.[1];
}
