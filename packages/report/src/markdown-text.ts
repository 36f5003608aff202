import { clipLine } from "./visible-text.ts";

/** Text from outside is cut to this many characters in a comment: an address is shorter, an attack is not. */
const TEXT_LENGTH_MAX = 240;

/**
 * What means something to GitHub's Markdown or to HTML inside a line. Written as entities it is only ever text.
 * Underscores inside words and colons inside times stay: they mean nothing there and addresses are full of them.
 */
const SPECIAL =
  /[&<>`|\\*[\]~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|(?<!\d):|:(?!\d)|^[^\p{L}\p{N}]|(?<=^\p{N}+)[.)](?=\s|$)|(?<=www)\./giu;

/**
 * What GitHub and GitLab turn into links after parsing: mentions, e-mail, issue and merge request numbers, web addresses. A
 * zero-width space ends them.
 */
const LINKED = /[@#](?=[\p{L}\p{N}_-])|!(?=\d)|www(?=\.)|:(?=\/\/)/giu;

const ZERO_WIDTH_SPACE = "\u200b";

function entities(text: string): string {
  return text
    .trim()
    .replace(SPECIAL, (special) =>
      Array.from(special, (character) => `&#${character.codePointAt(0)};`).join(""),
    );
}

/** Text from outside for a sentence or a table cell: it cannot start markup, a cell, a mention or a link. */
export function escapeMarkdown(text: string, max: number = TEXT_LENGTH_MAX): string {
  const line = clipLine(text, max).replace(LINKED, (mark) => `${mark}${ZERO_WIDTH_SPACE}`);
  return entities(line);
}

/** Text from outside as code, where GitHub makes no mentions; copied from the page it is the original text. */
export function codeSpan(text: string, max: number = TEXT_LENGTH_MAX): string {
  const line = clipLine(text, max);
  return line.trim() === "" ? "—" : `<code>${entities(line)}</code>`;
}

/**
 * {@link codeSpan} for an address in a table, which may break after its dots and before its keys: a table whose names
 * cannot break is wider than a comment, and its last columns are out of sight.
 */
export function addressSpan(text: string): string {
  return codeSpan(text).replace(/\.(?=[\p{L}\p{N}_])|(?=&#91;)/gu, (dot) => `${dot}<wbr>`);
}

/** A row of a Markdown table; the cells are Markdown already. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
