import type { ResourceRange } from "@apex/core";
import type { Segment } from "./segment-reader.ts";

/**
 * Cuts the resources of segments into at most `count` ranges with about as many bytes in each, by the marks of their indexes.
 * Together the ranges hold every resource once.
 */
export function splitResources(segments: readonly Segment[], count: number): readonly ResourceRange[] {
  const marks = segments.flatMap(({ index }) =>
    index.marks.map(([resource, offset], at) => ({
      resource,
      bytes: (index.marks[at + 1]?.[1] ?? index.blocksEnd) - offset,
    })),
  );
  marks.sort((a, b) => Number(a.resource > b.resource) - Number(a.resource < b.resource));
  const total = marks.reduce((sum, { bytes }) => sum + bytes, 0);
  const cuts: string[] = [];
  let seen = 0;
  for (const { resource, bytes } of marks) {
    const isDue = seen >= (total * (cuts.length + 1)) / count;
    if (isDue && resource > (cuts.at(-1) ?? marks[0]?.resource ?? "") && cuts.length < count - 1) {
      cuts.push(resource);
    }
    seen += bytes;
  }
  return [undefined, ...cuts].map((from, index) => ({
    ...(from === undefined ? {} : { from }),
    ...(cuts[index] === undefined ? {} : { before: cuts[index] }),
  }));
}
