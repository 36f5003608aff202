/** A `moved` block: where a resource or module was, and where it is. */
export interface MovedBlock {
  readonly from: string;
  readonly to: string;
}

const COMMENT = /(?:#|\/\/).*$|\/\*[\s\S]*?\*\//gm;
const MOVED = /^\s*moved\s*\{([^{}]*)\}/gm;
const ARGUMENT = /^\s*(from|to)\s*=\s*([\w.\-[\]"]+)\s*$/gm;

/** The `moved` blocks in the texts of a root directory. What is written otherwise than Terraform takes it is left to Terraform. */
export function movedBlocks(texts: readonly string[]): readonly MovedBlock[] {
  return texts.flatMap((text) =>
    [...text.replace(COMMENT, "").matchAll(MOVED)].flatMap(([, body = ""]) => {
      const found = new Map([...body.matchAll(ARGUMENT)].map(([, name, address]) => [name, address]));
      const [from, to] = [found.get("from"), found.get("to")];
      return from === undefined || to === undefined ? [] : [{ from, to }];
    }),
  );
}
