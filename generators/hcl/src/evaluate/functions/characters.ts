const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The characters of a text as Terraform counts them: grapheme clusters. */
export function charactersOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
