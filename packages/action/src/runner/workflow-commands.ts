/** Control characters, among them the escapes that colour a terminal and the marks that turn text around. */
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Escapes the message of a workflow command as the runner reads it back. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** Escapes the value of a property of a workflow command. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** What an annotation is about: a file relative to the workspace and its line, from 1. */
export interface AnnotationPlace {
  readonly title?: string | undefined;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

/** `::error file=main.tf,line=3::message`: a line for the runner, whatever the message holds. */
export function annotation(
  level: "error" | "warning" | "notice",
  message: string,
  place: AnnotationPlace = {},
): string {
  const properties = Object.entries({ title: place.title, file: place.file, line: place.line })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(clean(String(value)))}`)
    .join(",");
  return command(properties === "" ? level : `${level} ${properties}`, clean(message));
}

/** `::group::message`. */
export function command(name: string, message: string): string {
  return `::${name}::${escapeData(message)}`;
}

function clean(text: string): string {
  return text.replace(UNPRINTABLE, "");
}

/**
 * Text for the log, line by line, in which nothing is a command to the runner: neither `::name::` at the start of a line nor the
 * older `##[name]`, which counts anywhere.
 */
export function plainLines(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => clean(line).replaceAll("##[", "## ["))
    .map((line) => (line.trimStart().startsWith("::") ? `> ${line}` : line))
    .join("\n");
}
