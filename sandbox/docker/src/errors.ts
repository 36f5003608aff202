import { AdapterError, type AdapterErrorKind } from "@apex/core";

/** What an HTTP status of the engine means for us. */
const KINDS: Readonly<Record<number, AdapterErrorKind>> = {
  400: "invalid",
  403: "denied",
  404: "not-found",
  409: "unavailable",
  500: "unavailable",
  503: "unavailable",
};

/** The HTTP status of an engine's refusal; `undefined` for whatever else went wrong. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { readonly statusCode?: unknown } | null)?.statusCode;
  return typeof status === "number" ? status : undefined;
}

/** Whether what was asked for is not there (any more). */
export function isGone(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** The engine's own words without the client's wrapping. */
function saying(error: unknown): string {
  const message = (error as { readonly json?: { readonly message?: unknown } } | null)?.json?.message;
  return typeof message === "string" ? message : error instanceof Error ? error.message : String(error);
}

/** An engine's failure as an AdapterError: `doing` is "starting container web-0 of baseline-3". */
export function engineError(doing: string, error: unknown): AdapterError {
  if (error instanceof AdapterError) return error;
  const status = statusOf(error);
  const kind = status === undefined ? "unavailable" : (KINDS[status] ?? "unavailable");
  return new AdapterError(kind, `${doing}: ${saying(error).trim()}`, { cause: error });
}

/** Waits for the engine; its failure is an AdapterError that says what was being done. */
export async function asked<Value>(doing: string, answer: Promise<Value>): Promise<Value> {
  try {
    return await answer;
  } catch (error) {
    throw engineError(doing, error);
  }
}
