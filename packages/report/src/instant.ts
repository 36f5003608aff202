/** An ISO 8601 instant as Unix time in milliseconds; `null` for anything else. */
export function instantMs(text: string | null): number | null {
  // oxlint-disable-next-line no-restricted-globals -- reading a given instant reads no clock
  const ms = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
