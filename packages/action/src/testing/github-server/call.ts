import type { Known } from "./complete.ts";

/** Who asks, by what token. */
export interface Actor {
  readonly login: string;
  readonly kind: "user" | "app" | "installation" | "actions";
  /** What the token may do: `{ contents: "read", pull_requests: "write" }`. A user's may do everything unless it says so. */
  readonly permissions: { readonly [scope: string]: "read" | "write" };
}

/** A request that was found to be what GitHub describes. */
export interface Call {
  readonly operation: string;
  readonly path: { readonly [name: string]: string };
  readonly query: URLSearchParams;
  readonly body: Known;
  readonly actor: Actor;
  /** The address of the collection without its query: what links to other pages begin with. */
  readonly url: string;
}

/** What the server answers with. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
}

/** An answer that GitHub gives where it does not do what was asked. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly Known[] | undefined;
  readonly headers: { readonly [name: string]: string };

  constructor(
    status: number,
    message: string,
    details: {
      readonly errors?: readonly Known[];
      readonly headers?: { readonly [name: string]: string };
    } = {},
  ) {
    super(message);
    this.status = status;
    this.errors = details.errors;
    this.headers = details.headers ?? {};
  }
}

/** What a page holds where the request does not say. */
const PAGE_SIZE = 30;
const PAGE_SIZE_MAX = 100;

/** One page of a collection, with the links to the others as GitHub sends them. */
export function page(call: Call, items: readonly unknown[]): Answer {
  const size = Math.min(Number(call.query.get("per_page") ?? PAGE_SIZE), PAGE_SIZE_MAX);
  const number = Number(call.query.get("page") ?? 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const targets: readonly (readonly [string, number])[] = [
    ...(number > 1 ? ([["prev", number - 1]] as const) : []),
    ...(number < last
      ? ([
          ["next", number + 1],
          ["last", last],
        ] as const)
      : []),
    ...(number > 1 ? ([["first", 1]] as const) : []),
  ];
  const links = targets.map(([relation, target]) => {
    const query = new URLSearchParams(call.query);
    query.set("page", String(target));
    return `<${call.url}?${query.toString()}>; rel="${relation}"`;
  });
  const body = items.slice((number - 1) * size, number * size);
  return { status: 200, body, headers: links.length === 0 ? {} : { link: links.join(", ") } };
}
