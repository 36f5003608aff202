import type { JsonObject } from "@apex/core";

/** An answer of HTTP. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: JsonObject | string;
}

/** What Google says when it refuses, in the words of AIP-193 with the older `errors` list beside. */
export function refusal(
  code: number,
  status: string,
  message: string,
  info?: { readonly reason: string; readonly metadata?: Readonly<Record<string, string>> },
): Answer {
  const details =
    info === undefined
      ? []
      : [
          {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            reason: info.reason,
            domain: "googleapis.com",
            metadata: info.metadata ?? {},
          },
        ];
  return {
    status: code,
    body: {
      error: { code, message, status, errors: [{ message, domain: "global", reason: "refused" }], details },
    },
  };
}

/** The service is not enabled in the project. */
export function serviceDisabled(service: string, project: string): Answer {
  const message = `${service} has not been used in project ${project} before or it is disabled.`;
  const metadata = { service, consumer: `projects/${project}` };
  return refusal(403, "PERMISSION_DENIED", message, { reason: "SERVICE_DISABLED", metadata });
}

/** Too many requests, with what to wait. */
export function tooMany(retryAfter: string): Answer {
  const refused = refusal(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Read requests'", {
    reason: "RATE_LIMIT_EXCEEDED",
  });
  return { ...refused, headers: { "retry-after": retryAfter } };
}

/** A page of a proxy's, not of Google's. */
export function badGateway(): Answer {
  return {
    status: 503,
    headers: { "content-type": "text/html" },
    body: "<html><h1>Service Unavailable</h1></html>",
  };
}
