import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes Terraform's own settings into `home` and gives the file's path: an empty mirror and no other source, so that a
 * provider that is not served is an error here and now, not a download.
 */
export async function writeSettings(home: string): Promise<string> {
  const mirror = join(home, "no-providers");
  const path = join(home, "terraform.rc");
  await mkdir(mirror);
  await writeFile(
    path,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );
  return path;
}
