import type { CostEstimate, PlannedResource, ResourceEstimate, TerraformPlan } from "@apex/core";

/** A resource on one side: what it costs there, and what its plan says of it. */
export interface PricedResource {
  readonly estimate: ResourceEstimate;
  readonly planned: PlannedResource;
}

/** What a `moved` block says: the address of a resource, of one of its instances, or of a module. */
export interface MovedAddress {
  readonly from: string;
  readonly to: string;
}

/** One resource on the sides that have it. */
export interface ResourcePair {
  readonly before: PricedResource | undefined;
  readonly after: PricedResource | undefined;
}

/** Longer chains of moves are nobody's. */
const MOVES_MAX = 32;

/** Where an address was before the moves, the last of which comes first. */
function addressBefore(address: string, moves: readonly MovedAddress[]): string {
  let before = address;
  for (let steps = 0; steps < MOVES_MAX; steps++) {
    const move = moves.find(
      ({ to }) => before === to || before.startsWith(`${to}.`) || before.startsWith(`${to}[`),
    );
    if (move === undefined || move.from === move.to) break;
    before = `${move.from}${before.slice(move.to.length)}`;
  }
  return before;
}

/** The resources of one side of a plan by address, with their estimates. */
export function pricedResources(
  plan: TerraformPlan,
  estimate: CostEstimate,
): ReadonlyMap<string, PricedResource> {
  const planned = new Map(
    plan.resources.filter(({ mode }) => mode === "managed").map((each) => [each.address, each]),
  );
  return new Map(
    estimate.resources.flatMap((each) => {
      const resource = planned.get(each.address);
      return resource === undefined ? [] : [[each.address, { estimate: each, planned: resource }]];
    }),
  );
}

/** What a plan leads to: also what it only forgets, which goes on running. */
function outcomeOf(plan: TerraformPlan): readonly PlannedResource[] {
  return plan.resources.filter(
    ({ mode, after, actions }) => mode === "managed" && (after !== null || actions.includes("forget")),
  );
}

/**
 * Which resource of the plan before each resource of the plan after is, by their addresses; those that are new are not in it.
 * Where Terraform says that it moves one, that counts first, unless the plan before moves it just so; then equal addresses; then
 * what `moved` blocks say of addresses that would else be new. An address is given once.
 */
export function matchAddresses(
  before: TerraformPlan,
  after: TerraformPlan,
  moves: readonly MovedAddress[],
): ReadonlyMap<string, string> {
  const [known, wanted] = [outcomeOf(before), outcomeOf(after)];
  const free = new Map(known.map((resource) => [resource.address, resource]));
  const alreadyMoved = new Map(known.map(({ address, previousAddress }) => [address, previousAddress]));
  const matched = new Map<string, string>();
  const match = (candidateOf: (resource: PlannedResource) => string | undefined): void => {
    for (const resource of wanted) {
      const candidate = matched.has(resource.address) ? undefined : candidateOf(resource);
      if (candidate === undefined || free.get(candidate)?.type !== resource.type) continue;
      matched.set(resource.address, candidate);
      free.delete(candidate);
    }
  };
  match(({ address, previousAddress }) =>
    previousAddress === alreadyMoved.get(address) ? undefined : previousAddress,
  );
  match(({ address }) => address);
  match(({ address }) => addressBefore(address, moves));
  return matched;
}
