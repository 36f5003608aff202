import type { Diagnostic } from "@apex/core";

/** What the operating system's codes mean to the user, with the next step. */
const SYSTEM_CODES: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist; check the path",
  ENOTDIR: "part of its path is not a folder; check the path",
  EACCES: "reading it is not permitted; check its permissions",
  EPERM: "reading it is not permitted; check its permissions",
  EISDIR: "it is a folder; name the files in it, for example with a glob",
  ELOOP: "it is a circle of symbolic links",
  EMFILE: "too many files are open",
  ENOSPC: "the temporary folder is full; free some space or set TMPDIR",
};

/** A whole file that could not be used: severity `error`, since what it holds is lost to the analysis. */
export function fileError(file: string, code: string, summary: string, detail?: string): Diagnostic {
  return {
    severity: "error",
    code,
    summary,
    source: { file },
    ...(detail === undefined ? {} : { detail }),
  };
}

/** The diagnostic for a file that the operating system or zlib refused. */
export function systemFileError(file: string, error: unknown): Diagnostic {
  const code = errorCode(error);
  if (code?.startsWith("Z_") === true) {
    return fileError(
      file,
      "file-truncated",
      `${file} is damaged: its compressed data ends early or is not valid`,
      "Nothing of it was used. Copy or export the file again.",
    );
  }
  const reason = code === undefined ? undefined : SYSTEM_CODES[code];
  return fileError(
    file,
    "file-unreadable",
    `${file} cannot be read: ${reason ?? messageOf(error)}`,
    "The other files are used without it.",
  );
}

function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** The message of whatever was thrown, first line only: engines append whole query texts. Without its full stop: ours goes on. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n", 1)[0] ?? "").slice(0, 300).replace(/(?<!\.)\.$/, "");
}
