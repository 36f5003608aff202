/**
 * The syntax of Terraform files as read: blocks, attributes and expressions with their places, for those who look at a
 * configuration's text and not at its meaning.
 */
export {
  type Attribute,
  type Block,
  type Body,
  type Expression,
  type Located,
  type ObjectItem,
  placeOf,
  textOf,
} from "./expression.ts";
export { type HclParser, type ParsedFile } from "./hcl-parser.ts";
export { formatKey, formatLiteral } from "./literal.ts";
export { type Position, SourceText } from "./source-text.ts";
export { expressionsIn } from "./walk.ts";
