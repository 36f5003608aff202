import { type Address, formatAddress } from "@apex/core";
import type { ResourceDeclaration } from "../configuration/module-definition.ts";
import type { Scope } from "./interpreter.ts";

/** The absolute address of the instance that a scope stands for. */
export function addressOf(
  declaration: ResourceDeclaration,
  scope: Scope,
): { readonly address: Address; readonly text: string } {
  const { mode, type, name } = declaration;
  const key = scope.repetition?.key;
  const address: Address = {
    modules: scope.module.path,
    mode,
    type,
    name,
    ...(key === undefined ? {} : { key }),
  };
  return { address, text: formatAddress(address) };
}
