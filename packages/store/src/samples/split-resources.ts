import type { ResourceRange } from "@apex/core";
import type { Segment } from "./segment-reader.ts";

/**
 * Cuts the resources of segments into at most `count` ranges with about as many bytes in each, `bytesMin` at least, by the marks of
 * their indexes. Together the ranges hold every resource once.
 */
export function splitResources(
  segments: readonly Segment[],
  { count, bytesMin }: { readonly count: number; readonly bytesMin: number },
): readonly ResourceRange[] {
  const marks = segments.flatMap(({ index }) =>
    index.marks.map(([resource, offset], at) => ({
      resource,
      bytes: (index.marks[at + 1]?.[1] ?? index.blocksEnd) - offset,
    })),
  );
  marks.sort((a, b) => Number(a.resource > b.resource) - Number(a.resource < b.resource));
  return rangesOf(marks, { count, bytesMin });
}

/**
 * Cuts ascending resources into at most `count` ranges with about as many bytes in each, `bytesMin` at least. Together the ranges
 * hold every resource once.
 */
export function rangesOf(
  marks: readonly { readonly resource: string; readonly bytes: number }[],
  { count, bytesMin }: { readonly count: number; readonly bytesMin: number },
): readonly ResourceRange[] {
  const total = marks.reduce((sum, { bytes }) => sum + bytes, 0);
  const ranges = Math.max(1, Math.min(count, Math.floor(total / Math.max(1, bytesMin))));
  const cuts: string[] = [];
  let seen = 0;
  for (const { resource, bytes } of marks) {
    const isDue = seen >= (total * (cuts.length + 1)) / ranges;
    if (isDue && resource > (cuts.at(-1) ?? marks[0]?.resource ?? "") && cuts.length < ranges - 1) {
      cuts.push(resource);
    }
    seen += bytes;
  }
  return [undefined, ...cuts].map((from, index) => ({
    ...(from === undefined ? {} : { from }),
    ...(cuts[index] === undefined ? {} : { before: cuts[index] }),
  }));
}
