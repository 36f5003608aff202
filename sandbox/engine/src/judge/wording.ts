/** Digits that a reader can use: 0.42 ms, 4.2 ms, 42 ms, 1,840 ms. */
export function formatMs(valueMs: number): string {
  return `${formatNumber(valueMs)} ms`;
}

/** 0.08 %, 4.2 %, 97 %. */
export function formatPercent(share: number): string {
  return `${formatNumber(share * 100)} %`;
}

/** 0.98, 1.25, 4.3, 120. */
export function formatFactor(factor: number): string {
  return trimZeros(factor < 2 ? factor.toFixed(2) : formatNumber(factor));
}

/** Whole numbers from 10 up, in groups of three; two significant digits below. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "unknown";
  if (Math.abs(value) < 9.95) return trimZeros(String(Number(value.toPrecision(2))));
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** "1 replay", "5 replays". */
export function counted(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** "a", "a and b", "a, b and c". */
export function joined(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
