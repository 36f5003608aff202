import {
  AdapterError,
  compareDecimals,
  type Currency,
  type Decimal,
  decimal,
  parseDecimal,
} from "@apex/core";
import type { ModelPrices } from "../loop/loop-messages.ts";

/** Which model is asked, where, and at what price. */
export interface ModelSettings {
  /** Absent: OpenAI's own servers. */
  readonly baseUrl?: string;
  /** Absent: the server asks for none, as local ones do. */
  readonly apiKey?: string;
  readonly model: string;
  /** `null` where they are not told: the cost of a run is unknown then, not zero. */
  readonly prices: ModelPrices | null;
}

/** What the environment says of a model. */
export type ModelChoice =
  | { readonly kind: "model"; readonly settings: ModelSettings }
  /** Fixers work alone; `why` is one sentence for the user. */
  | { readonly kind: "none"; readonly why: string };

type Variables = Readonly<Record<string, string | undefined>>;

/** Longer names and keys are none. Ours. */
const TEXT_MAX = 512;
/** Places of a price: with its margin and for one token it then has no more than the 18 that a charge keeps. */
const PRICE_DIGITS_MAX = 9;
/** Per million tokens, in any currency: a hundred times what the dearest models cost in dollars. */
const PRICE_MAX = decimal(100_000);

function valueOf(env: Variables, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === "" ? undefined : value;
}

function invalid(message: string): AdapterError {
  return new AdapterError("invalid", message);
}

/** The address of a server as it may be shown: without what could be a secret. */
export function shownAddress(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) return "(not a URL)";
  const { origin, pathname } = new URL(baseUrl);
  return `${origin}${pathname.replace(/\/$/, "")}`;
}

/** Throws an {@link AdapterError} unless it is the http(s) address of an API, without credentials. */
export function requireBaseUrl(value: string): string {
  const example = "for example http://localhost:11434/v1";
  if (!URL.canParse(value))
    throw invalid(`OPENAI_BASE_URL is not a URL: set it to the API's address, ${example}`);
  const url = new URL(value);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw invalid(`OPENAI_BASE_URL must start with http:// or https://, ${example}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw invalid("OPENAI_BASE_URL must not hold a user or a password: put the key in OPENAI_API_KEY");
  }
  if (url.search !== "" || url.hash !== "") {
    throw invalid(`OPENAI_BASE_URL must end with its path, without "?" and "#": ${shownAddress(value)}`);
  }
  return value.replace(/\/+$/, "");
}

/** Throws an {@link AdapterError} for what cannot be sent in a header; tells nothing of the key. */
export function requireApiKey(value: string): string {
  if (!/^[\x21-\x7e]+$/.test(value) || value.length > TEXT_MAX) {
    throw invalid("OPENAI_API_KEY is no key: it must be one word of at most 512 ASCII characters");
  }
  return value;
}

/** Throws an {@link AdapterError} for what is no name of a model. */
export function requireModelName(value: string): string {
  if (!/^[\x21-\x7e]+$/.test(value) || value.length > 200) {
    throw invalid(
      "The model's name (APEX_MODEL or OPENAI_MODEL) must be one word of at most 200 ASCII characters",
    );
  }
  return value;
}

function priceOf(env: Variables, name: string): Decimal | undefined {
  const text = valueOf(env, name);
  if (text === undefined) return undefined;
  const price = parseDecimal(text.slice(0, 40));
  if (
    price === undefined ||
    (price.split(".")[1]?.length ?? 0) > PRICE_DIGITS_MAX ||
    compareDecimals(price, decimal(0)) < 0 ||
    compareDecimals(price, PRICE_MAX) > 0
  ) {
    throw invalid(
      `${name} must be a price per million tokens between 0 and ${PRICE_MAX} with at most ${PRICE_DIGITS_MAX} decimals, such as 2.50`,
    );
  }
  return price;
}

function pricesOf(env: Variables): ModelPrices | null {
  const input = priceOf(env, "APEX_MODEL_PRICE_INPUT");
  const output = priceOf(env, "APEX_MODEL_PRICE_OUTPUT");
  const currency: Currency = valueOf(env, "APEX_MODEL_CURRENCY") ?? "USD";
  if (!/^[A-Z]{3}$/.test(currency)) {
    throw invalid("APEX_MODEL_CURRENCY must be a currency's ISO 4217 code, such as USD");
  }
  if (input === undefined && output === undefined) return null;
  if (input === undefined || output === undefined) {
    const missing = input === undefined ? "APEX_MODEL_PRICE_INPUT" : "APEX_MODEL_PRICE_OUTPUT";
    throw invalid(
      `${missing} is not set, but the other price is: a cost needs both (0 where tokens are free)`,
    );
  }
  return { inputPerMillion: input, outputPerMillion: output, currency };
}

/**
 * Reads APEX_MODEL (or OPENAI_MODEL), OPENAI_BASE_URL, OPENAI_API_KEY, APEX_MODEL_PRICE_INPUT and _OUTPUT (per million tokens) and
 * APEX_MODEL_CURRENCY. A key that was set for other programs asks no model of it by itself: a model has to be named. Throws an
 * {@link AdapterError} for what cannot be meant.
 */
export function modelSettings(env: Variables): ModelChoice {
  const key = valueOf(env, "OPENAI_API_KEY");
  const address = valueOf(env, "OPENAI_BASE_URL");
  const model = valueOf(env, "APEX_MODEL") ?? valueOf(env, "OPENAI_MODEL");
  if (key === undefined && address === undefined) {
    if (valueOf(env, "APEX_MODEL") !== undefined) {
      throw invalid(
        "APEX_MODEL is set, but neither OPENAI_API_KEY nor OPENAI_BASE_URL: set one, or unset APEX_MODEL",
      );
    }
    return { kind: "none", why: "No model is asked: neither OPENAI_API_KEY nor OPENAI_BASE_URL is set" };
  }
  if (model === undefined) {
    const set = key === undefined ? "OPENAI_BASE_URL" : "OPENAI_API_KEY";
    return { kind: "none", why: `No model is asked: ${set} is set, but no model is named. Set APEX_MODEL` };
  }
  const settings: ModelSettings = {
    model: requireModelName(model),
    prices: pricesOf(env),
    ...(address === undefined ? {} : { baseUrl: requireBaseUrl(address) }),
    ...(key === undefined ? {} : { apiKey: requireApiKey(key) }),
  };
  return { kind: "model", settings };
}
