/** The addresses of a CIDR block, both ends included. */
export interface AddressRange {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

function v4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((address, part) => (address << 8n) | BigInt(part), 0n);
}

function v6(text: string): bigint | undefined {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = embedded?.[2] === undefined ? undefined : v4(embedded[2]);
  const plain =
    embedded === null
      ? text
      : `${embedded[1]}${((tail ?? 0n) >> 16n).toString(16)}:${((tail ?? 0n) & 0xffffn).toString(16)}`;
  if (embedded !== null && tail === undefined) return undefined;
  const [left = "", right, more] = plain.split("::");
  if (more !== undefined) return undefined;
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const [head, end] = [groups(left), right === undefined ? [] : groups(right)];
  const missing = 8 - head.length - end.length;
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => "0"), ...end];
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return all.reduce((address, group) => (address << 16n) | BigInt(`0x${group}`), 0n);
}

/** A CIDR block, or an address alone; `undefined` for any other text. `*`, `any` and `internet` are all of IPv4, as Azure writes it. */
export function parseRange(text: string): AddressRange | undefined {
  if (/^(?:\*|any|internet)$/i.test(text)) return { version: 4, first: 0n, last: (1n << 32n) - 1n };
  const [address = "", prefix, more] = text.trim().split("/");
  const version = address.includes(":") ? 6 : 4;
  const bits = version === 4 ? 32 : 128;
  const number = version === 4 ? v4(address) : v6(address);
  if (number === undefined || more !== undefined || (prefix !== undefined && !/^\d{1,3}$/.test(prefix)))
    return undefined;
  const length = prefix === undefined ? bits : Number(prefix);
  if (length > bits) return undefined;
  const size = 1n << BigInt(bits - length);
  const first = (number / size) * size;
  return { version, first, last: first + size - 1n };
}

/** Whether the ranges together hold every address of the wanted one. */
export function rangesCover(ranges: readonly AddressRange[], wanted: AddressRange): boolean {
  const sorted = ranges
    .filter(
      ({ version, last, first }) =>
        version === wanted.version && last >= wanted.first && first <= wanted.last,
    )
    .toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  let next = wanted.first;
  for (const { first, last } of sorted) {
    if (first > next) return false;
    if (last >= next) next = last + 1n;
  }
  return next > wanted.last;
}
