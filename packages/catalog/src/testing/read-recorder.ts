import type { JsonObject, JsonPath, JsonValue } from "@apex/core";

/** Told of every attribute that is looked at, with its path: `["root_block_device", 0, "volume_size"]`. */
type OnRead = (path: JsonPath) => void;

function isContainer(value: JsonValue | undefined): value is JsonObject | readonly JsonValue[] {
  return typeof value === "object" && value !== null;
}

function recordingContainer<T extends JsonObject | readonly JsonValue[]>(
  target: T,
  onRead: OnRead,
  at: JsonPath,
): T {
  const wrapped = new Map<string, JsonValue>();
  const tell = (key: string | symbol): void => {
    if (typeof key === "string" && !Array.isArray(target)) onRead([...at, key]);
  };
  return new Proxy(target, {
    has(from, key) {
      tell(key);
      return Reflect.has(from, key);
    },
    // What Object.hasOwn asks: also attributes that are not there are seen to be asked for.
    getOwnPropertyDescriptor(from, key) {
      tell(key);
      return Reflect.getOwnPropertyDescriptor(from, key);
    },
    get(from, key) {
      const value = Reflect.get(from, key) as JsonValue | undefined;
      if (typeof key !== "string" || !Object.hasOwn(from, key) || !isContainer(value)) return value;
      const kept = wrapped.get(key);
      if (kept !== undefined) return kept;
      const step = Array.isArray(from) ? Number(key) : key;
      const made = recordingContainer(value, onRead, [...at, step]);
      wrapped.set(key, made);
      return made;
    },
  });
}

/** The same values, which tell of every attribute that is looked at, also of those that are not there. */
export function recordReads(values: JsonObject, onRead: OnRead): JsonObject {
  return recordingContainer(values, onRead, []);
}
