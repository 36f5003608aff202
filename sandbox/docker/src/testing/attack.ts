import type { ContainerSpec, Environment } from "@apex/core";
import { containerSpec } from "./specs.ts";

/**
 * A container that serves what an attack has found: GET / tells that it is there, any other path runs `attack`, the body of
 * an async function with `require` and `input` that returns JSON.
 */
export function attacker(
  spec: Partial<ContainerSpec> & { readonly image: string },
  attack: string,
): ContainerSpec {
  const program = `
    const attack = async (input) => { ${attack} };
    require("http").createServer((request, response) => {
      if (request.url === "/") return response.end();
      const input = JSON.parse(decodeURIComponent(request.url.split("?")[1]));
      attack(input).then((found) => response.end(JSON.stringify(found)), (error) => response.end(JSON.stringify(String(error))));
    }).listen(8080);`;
  return containerSpec({ ...spec, program });
}

/** Runs the attack of an environment's first container and returns what it found. */
export async function attackFrom<Found>(environment: Environment, input: object = {}): Promise<Found> {
  const [endpoint] = environment.endpoints;
  const query = encodeURIComponent(JSON.stringify(input));
  const response = await fetch(`http://${endpoint?.host}:${endpoint?.port}/attack?${query}`);
  return (await response.json()) as Found;
}
