import { clipMiddle, visibleLine } from "./visible-text.ts";

/** Text from outside is cut to this many characters in a comment: an address is shorter, an attack is not. */
const TEXT_LENGTH_MAX = 240;

/** Everything that means something to GitHub's Markdown or to HTML. Written as entities it is only ever text. */
const SPECIAL = /[&<>"'`|\\*_{}[\]()#!~$:+=^-]/g;

/** What GitHub turns into links after parsing: mentions and e-mail, issue numbers. A zero-width space ends them. */
const LINKED = /[@#](?=[\p{L}\p{N}_-])/gu;

const ZERO_WIDTH_SPACE = "\u200b";

function entities(text: string): string {
  return text.replace(SPECIAL, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text from outside for a sentence or a table cell: it cannot start markup, a cell, a mention or a link. */
export function escapeMarkdown(text: string, max: number = TEXT_LENGTH_MAX): string {
  const line = clipMiddle(visibleLine(text), max).replace(LINKED, (mark) => `${mark}${ZERO_WIDTH_SPACE}`);
  // "www." alone starts a link in GitHub's Markdown.
  return entities(line).replace(/www\./gi, (match) => `${match.slice(0, 3)}&#46;`);
}

/** Text from outside as code, where GitHub links nothing; copied from the page it is the original text. */
export function codeSpan(text: string, max: number = TEXT_LENGTH_MAX): string {
  const line = clipMiddle(visibleLine(text), max);
  return line.trim() === "" ? "—" : `<code>${entities(line)}</code>`;
}

/** A row of a Markdown table; the cells are Markdown already. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
