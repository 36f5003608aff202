/** A position in a file, both from 1; columns count UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One file's text with its line starts. Offsets are UTF-16 code units from the start of the text, a byte order mark included. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  private lineStarts: readonly number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** Line and column of an offset. */
  position(offset: number): Position {
    const starts = this.starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }

  /** Where the line that holds `offset` starts. */
  lineStart(offset: number): number {
    return offset === 0 ? 0 : this.text.lastIndexOf("\n", offset - 1) + 1;
  }

  /** Where the line that holds `offset` ends, before its line end (`\n` or `\r\n`). */
  lineEnd(offset: number): number {
    const feed = this.text.indexOf("\n", offset);
    if (feed === -1) return this.text.length;
    return feed > offset && this.text[feed - 1] === "\r" ? feed - 1 : feed;
  }

  /** The line end that the line of `offset` uses, or else the file's first one; `\n` for a file of one line. */
  lineBreak(offset: number): string {
    const feed = this.text.indexOf("\n", offset);
    const found = feed === -1 ? this.text.indexOf("\n") : feed;
    return found > 0 && this.text[found - 1] === "\r" ? "\r\n" : "\n";
  }

  private starts(): readonly number[] {
    if (this.lineStarts === undefined) {
      const starts = [0];
      for (let at = this.text.indexOf("\n"); at !== -1; at = this.text.indexOf("\n", at + 1))
        starts.push(at + 1);
      this.lineStarts = starts;
    }
    return this.lineStarts;
  }
}
