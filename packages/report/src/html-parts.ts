import { escapeHtml } from "./html-text.ts";

/** Texts as a list; nothing for none. */
export function htmlList(items: readonly string[]): string {
  return items.length === 0 ? "" : `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`;
}

/** A part that is folded away until someone opens it; nothing without content. */
export function htmlFolded(title: string, content: string): string {
  return content === "" ? "" : `<details><summary>${escapeHtml(title)}</summary>${content}</details>`;
}

/** Names and texts in two columns. */
export function htmlFacts(facts: readonly (readonly [name: string, text: string])[]): string {
  return `<dl>${facts.map(([name, text]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd>`).join("")}</dl>`;
}
