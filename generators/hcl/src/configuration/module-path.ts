/** The directory of a file, "" for the root module's own: `modules/web/main.tf` → `modules/web`. */
export function directoryOf(file: string): string {
  const slash = file.lastIndexOf("/");
  return slash === -1 ? "" : file.slice(0, slash);
}

/** The name of a file without its directory. */
function baseNameOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

/** Whether a file changes what the others of its directory declare. Source: Terraform language, "Override files". */
export function isOverrideFile(file: string): boolean {
  return /(^|_)override\.tf$/.test(baseNameOf(file));
}

/** `directory/relative` with `.` and `..` taken out; `..` stays where it leads above the root module. */
export function joinPath(directory: string, relative: string): string {
  const parts: string[] = [];
  for (const part of `${directory}/${relative}`.split("/")) {
    if (part === "" || part === ".") continue;
    const last = parts.at(-1);
    if (part === ".." && last !== undefined && last !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

/**
 * Whether a file declares what is not read as blocks: JSON, and what OpenTofu alone reads. Sources: Terraform language, "JSON
 * configuration syntax"; OpenTofu language, "Files and directories".
 */
export function isUnreadConfiguration(file: string): boolean {
  return /\.(?:tf\.json|tofu|tofu\.json)$/.test(file);
}

/** Whether a file holds tests, which name resources of the module that they are of. Source: Terraform language, "Tests". */
export function isTestFile(file: string): boolean {
  return /\.(?:tftest|tofutest)\.(?:hcl|json)$/.test(file);
}
