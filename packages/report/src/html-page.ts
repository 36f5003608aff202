import { escapeHtml } from "./html-text.ts";

/** The lines that a page of ours begins with, up to its first content. `style` is CSS of ours; nothing else is loaded. */
export function pageHead(title: string, style: string): readonly string[] {
  return [
    "<!doctype html>",
    `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>${escapeHtml(title)}</title><style>${style}</style></head><body>`,
  ];
}
