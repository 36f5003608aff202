/** For tests and scripts: recorded shapes of load, and how well a twin in the sandbox reproduces them. */
export { RECORDED_SHAPES, type RecordedShape } from "./recorded-shapes.ts";
export { type Laboratory, type Reproduction, reproduceShape } from "./reproduce-shape.ts";
