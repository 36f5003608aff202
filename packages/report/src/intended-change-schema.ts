import type { IntendedChange, NewBlock } from "@apex/core";
import { z } from "zod";

const text = z.string();
const address = text.describe("Absolute address of a resource instance");
const attributes = z.record(text, z.json());

const newBlock: z.ZodType<NewBlock> = z.object({
  type: text,
  attributes,
  get blocks() {
    return z.array(newBlock).exactOptional();
  },
});

/** What has to change in the plan, in Terraform's terms. */
export const intendedChangeSchema: z.ZodType<IntendedChange> = z.union([
  z.object({
    kind: z.literal("set-attribute"),
    address,
    path: z.array(z.union([text, z.int().min(0)])),
    from: z.json(),
    to: z.json(),
    whenUnmanaged: z.enum(["still-saves", "saves-as-it-scales"]).exactOptional(),
  }),
  z.object({
    kind: z.literal("add-resource"),
    besideAddress: address,
    type: text,
    name: text,
    attributes: attributes.describe('{"ref": "id"} stands for that attribute of the resource beside it'),
    blocks: z.array(newBlock).exactOptional(),
  }),
  z.object({ kind: z.literal("remove-resource"), address, names: z.array(text).exactOptional() }),
]);
