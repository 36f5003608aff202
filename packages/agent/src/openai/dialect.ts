/** Which of the protocol's newer words a server knows. */
export interface Dialect {
  readonly streams: boolean;
  /** `stream_options.include_usage` */
  readonly streamUsage: boolean;
  /** `strict` in a tool's definition */
  readonly strictTools: boolean;
  /** Newer models of OpenAI's take the first alone; many other servers know the second alone. */
  readonly tokenLimit: "max_completion_tokens" | "max_tokens";
}

/** What is tried first. */
export function firstDialect(baseUrl: string | undefined): Dialect {
  const isOpenAi = baseUrl === undefined || new URL(baseUrl).hostname.endsWith("openai.com");
  return {
    streams: true,
    streamUsage: true,
    strictTools: true,
    tokenLimit: isOpenAi ? "max_completion_tokens" : "max_tokens",
  };
}

/** How often one turn is put in other words: once for each of them. */
export const DIALECTS_MAX = 4;

/**
 * The dialect without what a server refused, by the parameter or the words of its error; `null` when it speaks of something else.
 * A word is given up once and for all, so that this ends.
 */
export function simplerDialect(dialect: Dialect, complaint: string): Dialect | null {
  const names = (pattern: RegExp): boolean => pattern.test(complaint);
  if (dialect.streamUsage && dialect.streams && names(/stream_options|include_usage/i)) {
    return { ...dialect, streamUsage: false };
  }
  if (dialect.strictTools && names(/\bstrict\b/i)) return { ...dialect, strictTools: false };
  if (names(/max_completion_tokens|max_tokens/i)) {
    const wanted = dialect.tokenLimit === "max_tokens" ? "max_completion_tokens" : "max_tokens";
    // A limit that is too high is told with the parameter's name, too; the other name does not help there.
    const isUnknown = names(
      /unsupported|not supported|unrecognized|unknown|unexpected|extra|not permitted|use ['"`]?max_/i,
    );
    return isUnknown ? { ...dialect, tokenLimit: wanted } : null;
  }
  if (dialect.streams && names(/\bstream(ing|ed)?\b/i)) return { ...dialect, streams: false };
  return null;
}
