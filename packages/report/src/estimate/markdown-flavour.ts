import { details } from "../markdown-details.ts";
import type { MarkdownBlock } from "../markdown-document.ts";
import { addressSpan, codeSpan, escapeMarkdown } from "../markdown-text.ts";
import type { PlotForm } from "../validation/latency-plot.ts";

/** Where a comment is shown: GitHub and GitLab take some HTML; "plain" is Markdown with tables and no HTML at all. */
export type EstimateFlavour = "github" | "gitlab" | "plain";

/** How the parts of a comment are written for one place. */
export interface FlavouredMarkdown {
  readonly code: (text: string, max?: number) => string;
  /** An address in a table. */
  readonly address: (text: string) => string;
  /** What is folded away where that can be. */
  readonly folded: (title: string, content: readonly MarkdownBlock[]) => readonly MarkdownBlock[];
  readonly small: (text: string) => string;
  readonly plot: PlotForm;
  /** Characters that a comment may have there; the host's own limit is a little more. */
  readonly lengthMax: number;
}

const HTML = {
  code: codeSpan,
  address: addressSpan,
  folded: details,
  small: (text: string) => `<sub>${text}</sub>`,
  plot: "mermaid",
} as const;

/** Without HTML code has no form that hostile text cannot leave: it is shown as text. */
function plainCode(text: string, max?: number): string {
  const shown = escapeMarkdown(text, max);
  return shown === "" ? "—" : shown;
}

/** Limits: GitHub's 65,536, GitLab's 1,000,000, Bitbucket's 32,768 characters. */
export const FLAVOURS: Readonly<Record<EstimateFlavour, FlavouredMarkdown>> = {
  github: { ...HTML, lengthMax: 65_000 },
  gitlab: { ...HTML, lengthMax: 990_000 },
  plain: {
    code: plainCode,
    address: plainCode,
    folded: (title, content) => [`**${title}**`, "", ...content, ...(content.at(-1) === "" ? [] : [""])],
    small: (text) => text,
    plot: "table",
    lengthMax: 32_000,
  },
};
