/** Servers that ask for more are not waited for here; the loop's time is bounded anyway. */
const WAIT_MAX_MS = 24 * 60 * 60 * 1000;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `6m0s`, `1.5s`, `20ms`: how OpenAI writes when a limit starts anew. */
function durationMs(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ""] ?? 0), 0);
}

function retryAfterMs(text: string, nowMs: number): number | undefined {
  const seconds = Number(text);
  if (text.trim() !== "" && Number.isFinite(seconds)) return seconds * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at - nowMs;
}

/**
 * How long a server asks to wait, in milliseconds: `retry-after-ms`, `retry-after` (seconds or a date, RFC 9110 §10.2.3), or, where a
 * limit is what it is about, the later of OpenAI's `x-ratelimit-reset-requests` and `-tokens`, which come with every response.
 * `undefined` where it does not say.
 */
export function waitOf(
  headers: Headers | undefined,
  { isLimited }: { readonly isLimited: boolean },
): number | undefined {
  const value = (name: string): string | undefined => headers?.get(name)?.slice(0, 100);
  const exact = Number(value("retry-after-ms") ?? Number.NaN);
  const after = value("retry-after");
  const resets = (isLimited ? ["x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"] : [])
    .map((name) => durationMs(value(name) ?? ""))
    .filter((ms) => ms !== undefined);
  const wait = Number.isFinite(exact)
    ? exact
    : ((after === undefined ? undefined : retryAfterMs(after, Date.now())) ??
      (resets.length === 0 ? undefined : Math.max(...resets)));
  return wait === undefined ? undefined : Math.round(Math.min(Math.max(wait, 0), WAIT_MAX_MS));
}
