import { assert } from "@apex/core";
import { structuredPatch } from "diff";

const CONTEXT_LINES = 3;

/**
 * A unified diff that `git apply` takes, "" when nothing differs. The maps hold whole texts by name, relative to where
 * the patch will be applied; a name in one map only is a new or a deleted file.
 * Line ends are kept as they are, and so is a missing one at the end of a file.
 */
export function renderPatch(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string {
  const files = [...new Set([...before.keys(), ...after.keys()])].sort();
  return files.map((file) => filePatch(file, before.get(file), after.get(file))).join("");
}

function filePatch(file: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return "";
  assert(!file.startsWith("/") && !file.split("/").includes(".."), `a patch cannot name ${file}`);
  const { hunks } = structuredPatch(file, file, before ?? "", after ?? "", undefined, undefined, {
    context: CONTEXT_LINES,
  });
  const lines = [
    `diff --git ${quoted(`a/${file}`)} ${quoted(`b/${file}`)}`,
    ...(before === undefined ? ["new file mode 100644"] : []),
    ...(after === undefined ? ["deleted file mode 100644"] : []),
    `--- ${before === undefined ? "/dev/null" : quoted(`a/${file}`, true)}`,
    `+++ ${after === undefined ? "/dev/null" : quoted(`b/${file}`, true)}`,
  ];
  for (const hunk of hunks) {
    // A side without lines starts at the line before, by the convention of diff.
    const start = (at: number, count: number): number => (count === 0 ? at - 1 : at);
    lines.push(
      `@@ -${Math.max(0, start(hunk.oldStart, hunk.oldLines))},${hunk.oldLines} +${Math.max(0, start(hunk.newStart, hunk.newLines))},${hunk.newLines} @@`,
      ...hunk.lines,
    );
  }
  return `${hunks.length === 0 ? lines.slice(0, -2).join("\n") : lines.join("\n")}\n`;
}

/** A name as git writes it: quoted like a C string where it has characters that would end or break it. */
function quoted(name: string, isHeader = false): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what has to be quoted
  if (/["\\\u0000-\u001f\u007f]/.test(name)) {
    // oxlint-disable-next-line no-control-regex -- as above
    const escaped = name.replace(/["\\\u0000-\u001f\u007f]/g, (character) =>
      character === '"' || character === "\\"
        ? `\\${character}`
        : `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
    );
    return `"${escaped}"`;
  }
  // git ends a name with spaces by a tab, so that it is not taken for a time stamp.
  return isHeader && name.includes(" ") ? `${name}\t` : name;
}
