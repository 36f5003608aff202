import { type Decimal, decimal, divide, multiply } from "@apex/core";
import { combineParts, essentialPartMissing, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { monthOf, tieredUsage } from "../pricing/unit-lines.ts";
import { flagAt, numberAt, textAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { pricePlace } from "./resource-region.ts";
import { usageAt } from "./usage.ts";
import { usedLine } from "./used-line.ts";

const MILLION = 1_000_000;

const REST_TIERS = [
  { name: "Requests (first 333 million)", price: "api-gateway-rest-million-requests", holds: decimal(333) },
  {
    name: "Requests (next 667 million)",
    price: "api-gateway-rest-second-tier-million-requests",
    holds: decimal(667),
  },
  {
    name: "Requests (next 19 billion)",
    price: "api-gateway-rest-third-tier-million-requests",
    holds: decimal(19_000),
  },
  { name: "Requests (over 20 billion)", price: "api-gateway-rest-fourth-tier-million-requests" },
] as const;
const HTTP_TIERS = [
  { name: "Requests (first 300 million)", price: "api-gateway-http-million-requests", holds: decimal(300) },
  { name: "Requests (over 300 million)", price: "api-gateway-http-second-tier-million-requests" },
] as const;
const MESSAGE_TIERS = [
  { name: "Messages (first billion)", price: "api-gateway-websocket-million-messages", holds: decimal(1000) },
  { name: "Messages (over a billion)", price: "api-gateway-websocket-second-tier-million-messages" },
] as const;

/** `aws_api_gateway_rest_api`, which costs what is asked of it. */
export function priceAwsRestApi(resource: ResourceView, view: PlanView): PricedParts {
  const quantity = usageAt(resource, ["monthly_requests"], MILLION);
  return tieredUsage(REST_TIERS, { unit: "1M requests", quantity }, pricePlace(view, resource));
}

/** Millions of what is metered in pieces of so many KB, each begun one counting whole. */
function metered(
  resource: ResourceView,
  of: { readonly count: string; readonly size: string; readonly pieceKb: number },
): Decimal | undefined {
  const count = usageAt(resource, [of.count]);
  const size = numberAt(resource.usage, [of.size]) ?? of.pieceKb;
  const pieces = Math.max(1, Math.ceil(size / of.pieceKb));
  return count && divide(multiply(count, decimal(pieces)), decimal(MILLION));
}

/** `aws_apigatewayv2_api`: requests over HTTP, or messages and minutes of web sockets. Pieces: API Gateway pricing page. */
export function priceAwsHttpApi(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  if (textAt(resource.values, ["protocol_type"]) !== "WEBSOCKET") {
    const quantity = metered(resource, { count: "monthly_requests", size: "request_size_kb", pieceKb: 512 });
    return tieredUsage(HTTP_TIERS, { unit: "1M requests", quantity }, where);
  }
  const quantity = metered(resource, { count: "monthly_messages", size: "message_size_kb", pieceKb: 32 });
  return combineParts(
    tieredUsage(MESSAGE_TIERS, { unit: "1M messages", quantity }, where),
    usedLine(
      resource,
      {
        name: "Connections",
        unit: "1M minutes",
        price: "api-gateway-websocket-million-minutes",
        key: "monthly_connection_mins",
        per: MILLION,
      },
      where,
    ),
  );
}

const CACHE_SIZES = ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"] as const;

/** `aws_api_gateway_stage`: free, but for a cache. */
export function priceAwsApiStage(resource: ResourceView, view: PlanView): PricedParts {
  if (flagAt(resource.values, ["cache_cluster_enabled"]) !== true) return FREE;
  const size = textAt(resource.values, ["cache_cluster_size"]) ?? "";
  const known = CACHE_SIZES.find((each) => each === size);
  if (known === undefined)
    return essentialPartMissing(`no price of an API cache of ${size === "" ? "unknown size" : `${size} GB`}`);
  return monthOf(`Cache (${known} GB)`, `api-gateway-cache-${known}-gb-hour`, pricePlace(view, resource));
}
