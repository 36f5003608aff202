import type { TemplatePart, TemplateText } from "./expression.ts";

/** Visits a template's parts in the order in which they are written; tags of `if` and `for` are visited as `undefined`. */
function visit(parts: readonly TemplatePart[], see: (text: TemplateText | undefined) => void): void {
  for (const part of parts) {
    if (part.kind === "text") {
      see(part);
      continue;
    }
    see(undefined);
    if (part.kind === "if") {
      visit(part.whenTrue, see);
      see(undefined);
      visit(part.whenFalse, see);
      see(undefined);
    } else if (part.kind === "for-each") {
      visit(part.body, see);
      see(undefined);
    }
  }
}

function rebuild(
  parts: readonly TemplatePart[],
  change: (text: TemplateText) => TemplateText,
): TemplatePart[] {
  return parts.map((part): TemplatePart => {
    switch (part.kind) {
      case "text":
        return change(part);
      case "interpolation":
        return part;
      case "if":
        return {
          ...part,
          whenTrue: rebuild(part.whenTrue, change),
          whenFalse: rebuild(part.whenFalse, change),
        };
      case "for-each":
        return { ...part, body: rebuild(part.body, change) };
    }
  });
}

/** What `<<-` does: removes the indentation that all lines share. Empty lines do not count. */
export function stripIndentation(parts: readonly TemplatePart[]): TemplatePart[] {
  let shared = Number.POSITIVE_INFINITY;
  let isLineStart = true;
  const starts = new Set<TemplateText>();
  visit(parts, (text) => {
    if (isLineStart && text === undefined) shared = 0;
    if (isLineStart && text !== undefined) {
      starts.add(text);
      const indentation = text.value.length - text.value.trimStart().length;
      if (!/^\r?\n?$/.test(text.value)) shared = Math.min(shared, indentation);
    }
    isLineStart = text?.value.endsWith("\n") ?? false;
  });
  if (!Number.isFinite(shared)) return [...parts];
  return rebuild(parts, (text) => {
    const isEmpty = /^\r?\n?$/.test(text.value);
    return starts.has(text) && !isEmpty ? { ...text, value: text.value.slice(shared) } : text;
  });
}
