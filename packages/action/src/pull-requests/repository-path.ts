/**
 * A file that an edit names, relative to the repository; `undefined` where it lies outside of it, is one of git's own, or is no
 * name that is the same file everywhere. `directory` is relative to the repository, "." for its root; both have forward slashes.
 */
export function repositoryPath(directory: string, file: string): string | undefined {
  // oxlint-disable-next-line no-control-regex
  if (file === "" || file.startsWith("/") || /[\\\u0000-\u001f]|^[A-Za-z]:/.test(file)) return undefined;
  const steps: string[] = [];
  for (const step of `${directory}/${file}`.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.pop() === undefined) return undefined;
  }
  // Case and trailing dots and spaces do not count on some file systems.
  const isGits = steps.some((step) => /^(?:\.git|git~1)[. ]*$/i.test(step));
  return steps.length === 0 || isGits ? undefined : steps.join("/");
}
