import { editDistance } from "@apex/core";
import { type BrokenFile, mends, topLevelAround } from "./broken-file.ts";
import { edit, type Found, type Slip, syntaxFixer } from "./syntax-fixer.ts";
import { isTopLevelHeader, type Token } from "./tokens.ts";
import { isLaidOut } from "./layout.ts";

/** Two slips in a marker as long as this still show it. */
const LONG_MARKER = 6;

interface Line {
  readonly start: number;
  readonly text: string;
}

function linesOf(text: string, base: number): readonly Line[] {
  let start = base;
  return text.split("\n").map((line) => {
    const found = { start, text: line.replace(/\r$/, "") };
    start += line.length + 1;
    return found;
  });
}

function indentation(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** The words that end heredocs of the text's own, as a shell has them: `cat <<-'eof'`. */
function innerMarkers(lines: readonly Line[]): ReadonlySet<string> {
  return new Set(
    lines.flatMap(({ text }) =>
      [...text.matchAll(/<<-?[ \t]*(["'\\]?)(\w+)/g)].map(([, , word]) => word ?? ""),
    ),
  );
}

/** A line that was written as the end marker: in other case, or with what follows the heredoc on it. */
function brokenMarker(broken: BrokenFile, lines: readonly Line[], marker: string): readonly Slip[] {
  const inner = innerMarkers(lines);
  return lines.flatMap((line): Slip[] => {
    const word = /^[ \t]*([\p{L}_][\p{L}\p{N}_-]*)[ \t]*([,)\]};]*)[ \t]*$/u.exec(line.text);
    if (word?.[1] === undefined || word[1].toLowerCase() !== marker.toLowerCase()) return [];
    if (inner.has(word[1])) return [];
    const at = line.start + line.text.indexOf(word[1]);
    const rest = (word[2] ?? "").replace(";", "");
    const after = rest === "" ? "" : `${broken.source.lineBreak(0)}${indentation(line.text)}${rest}`;
    return [[edit(broken, at, line.start + line.text.length, `${marker}${after}`)]];
  });
}

/** One letter off the marker, in capitals and alone on a line that is not indented deeper than the argument. */
function misspeltMarker(
  broken: BrokenFile,
  heredoc: Token,
  { lines, marker }: { readonly lines: readonly Line[]; readonly marker: string },
): readonly Slip[] {
  const outer = indentation(broken.text.slice(broken.source.lineStart(heredoc.start)));
  const inner = innerMarkers(lines);
  return lines.flatMap(({ start, text }): Slip[] => {
    const word = text.trim();
    const isMarker = /^[A-Z]{3,20}$/.test(word) && editDistance(word, marker) === 1 && !inner.has(word);
    if (!isMarker || indentation(text).length > outer.length) return [];
    const at = start + text.indexOf(word);
    return [[edit(broken, at, at + word.length, marker)]];
  });
}

/** Whether a line of text may be the end marker in another form: the word with something before or behind it, a slip of it, another in capitals. */
function mayBeMarker(line: string, marker: string): boolean {
  const [, word = "", rest = ""] = /^\s*([\p{L}_][\p{L}\p{N}_-]*)(.*)$/u.exec(line) ?? [];
  const [own, meant] = [word.toLowerCase(), marker.toLowerCase()];
  if (own === meant || line.trimEnd().endsWith(marker)) return true;
  const isSlip = word !== "" && editDistance(own, meant) <= (marker.length < LONG_MARKER ? 1 : 2);
  return /^\W*$/.test(rest) && (isSlip || /^[A-Z][A-Z0-9_]*$/.test(word));
}

/**
 * Before the first line that is not indented deeper than the argument: what stands there is code again, if all that follows is laid
 * out as code. Not after an empty line, which may be the text's last or may part it from what follows.
 */
function missingMarker(
  broken: BrokenFile,
  heredoc: Token,
  lines: readonly Line[],
  marker: string,
): readonly Slip[] {
  const lineStart = broken.source.lineStart(heredoc.start);
  const outer = indentation(broken.text.slice(lineStart, broken.source.lineEnd(heredoc.start)));
  const end = lines.find(({ text }) => text.trim() !== "" && indentation(text).length <= outer.length);
  const first = lines[0];
  if (end === undefined || first === undefined || end === first) return [];
  const content = lines.filter(({ start, text }) => start < end.start && text.trim() !== "");
  const isCode = /^[ \t]*(?:\}|[\p{L}_][\p{L}\p{N}_-]*[ \t]*(?:=[^=]|\{|"))/u.test(end.text);
  const isParted = lines[lines.indexOf(end) - 1]?.text.trim() === "";
  const last = content.at(-1)?.text;
  if (last === undefined || !isCode || isParted) return [];
  if (mayBeMarker(last, marker) && !innerMarkers(lines).has(last.trim())) return [];
  if (end.text.trim().startsWith(marker)) return [];
  const line = `${outer}${marker}${broken.source.lineBreak(0)}`;
  const block = topLevelAround(broken, { start: heredoc.start, end: heredoc.start });
  const before = broken.text.slice(block.start, end.start);
  const isCodeAfter = isLaidOut(`${before}${line}${broken.text.slice(end.start, block.end)}`);
  return isCodeAfter ? [[edit(broken, end.start, end.start, line)]] : [];
}

function find(broken: BrokenFile): Found {
  const heredoc = broken.tokens.find(({ kind, closed }) => kind === "heredoc" && !closed);
  const opening = /^<<-?([\p{L}_][\p{L}\p{N}_-]*)[ \t]*\r?\n/u.exec(heredoc?.text ?? "");
  const marker = opening?.[1];
  if (heredoc === undefined || opening === null || marker === undefined) return null;
  const bodyStart = heredoc.start + opening[0].length;
  // The heredoc swallowed the rest of the file: its block ends where the next top-level header starts a line.
  let limit = broken.text.length;
  for (const { start } of linesOf(broken.text.slice(bodyStart), bodyStart)) {
    if (!isTopLevelHeader(broken.text, start)) continue;
    limit = start;
    break;
  }
  const lines = linesOf(broken.text.slice(bodyStart, limit), bodyStart);
  const written = brokenMarker(broken, lines, marker);
  const misspelt = written.length > 0 ? written : misspeltMarker(broken, heredoc, { lines, marker });
  const found = misspelt.length > 0 ? misspelt : missingMarker(broken, heredoc, lines, marker);
  const candidates = found.filter((slip) => mends(broken, slip));
  const [slip] = candidates;
  if (slip === undefined || candidates.length > 1) {
    return {
      kind: "unsure",
      reason: `A heredoc has no end marker ${marker}, and where its text ends is not plain`,
      candidates: candidates.map(([one]) => `line ${broken.source.position(one?.start ?? 0).line}`),
    };
  }
  return {
    kind: "slips",
    slips: [slip],
    sentence: `The text of the heredoc ends where code starts again, and there its marker ${marker} belongs.`,
  };
}

/**
 * A heredoc without its end marker, or with one in other case, one letter off, or with a bracket behind it. A missing one goes before the
 * first line that is not indented deeper than the argument and reads as code; text that is itself not indented makes it unsure.
 */
export const heredocEnd = syntaxFixer("heredoc-end", find);
