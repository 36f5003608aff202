import { AdapterError } from "@apex/core";

/** Where each service answers. Source: `rootUrl` of the services' discovery documents. */
const PUBLISHED = {
  bigquery: "https://bigquery.googleapis.com",
  cloudbilling: "https://cloudbilling.googleapis.com",
  compute: "https://compute.googleapis.com",
  container: "https://container.googleapis.com",
  monitoring: "https://monitoring.googleapis.com",
  recommender: "https://recommender.googleapis.com",
  sqladmin: "https://sqladmin.googleapis.com",
} as const;

/** A service of Google Cloud that is asked. */
export type GcpService = keyof typeof PUBLISHED;

/** The root of every service, without a slash at its end. */
export type GcpEndpoints = Readonly<Record<GcpService, string>>;

/**
 * The published roots, or one root for all services: a test's server, or a gateway. Throws an AdapterError for what is no
 * http(s) URL without credentials, query and fragment.
 */
export function gcpEndpoints(endpointUrl?: string): GcpEndpoints {
  if (endpointUrl === undefined) return PUBLISHED;
  const root = endpointRoot(endpointUrl);
  const entries = Object.keys(PUBLISHED).map((service) => [service, root] as const);
  return Object.fromEntries(entries) as Record<GcpService, string>;
}

/** An address given in place of a published one, without a slash at its end; throws as {@link gcpEndpoints} does. */
export function endpointRoot(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url !== undefined && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (url === undefined || !isPlain || !/^https?:$/.test(url.protocol)) {
    throw new AdapterError(
      "invalid",
      "the endpoint URL is not an address such as http://127.0.0.1:8080: give scheme, host and port alone",
    );
  }
  return url.href.replace(/\/+$/, "");
}

/** An endpoint as the options of a Google client over HTTP; throws an AdapterError for one with a path, which it has no option for. */
export function clientEndpoint(endpoint: string): {
  readonly apiEndpoint: string;
  readonly port: number;
  readonly protocol: "http" | "https";
} {
  const url = new URL(endpoint);
  if (url.pathname !== "/") {
    throw new AdapterError(
      "invalid",
      "the endpoint URL has a path, below which Google's price list cannot be asked: give scheme, host and port alone",
    );
  }
  const protocol = url.protocol === "http:" ? "http" : "https";
  const port = url.port === "" ? (protocol === "http" ? 80 : 443) : Number(url.port);
  return { apiEndpoint: url.hostname, port, protocol };
}
