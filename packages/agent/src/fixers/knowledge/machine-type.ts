import { isMachineTypeName } from "@apex/catalog";
import type { CloudProvider, JsonPath } from "@apex/core";
import type { Problem } from "../../diagnostics/problem.ts";
import { type Nearest, nearest } from "../../world/nearest.ts";
import type { World } from "../../world/world.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { decidingEdits, textAt } from "./deciding-token.ts";
import { replacementIn } from "./machine-replacement.ts";

/** A machine type that there is not, or not there, and the attribute that names it. */
interface Wrong {
  readonly provider: CloudProvider;
  readonly address: string;
  readonly path: JsonPath;
  /** As written: what else than the name is in it (a URL) stays. */
  readonly written: string;
  readonly name: string;
  readonly names: readonly string[];
}

function lastOf(text: string): string {
  return text.slice(text.lastIndexOf("/") + 1);
}

function wrongOf(problem: Problem, world: World): Wrong | undefined {
  const { names, address, place } = problem;
  const value = names["value"];
  if (value === undefined || address === undefined) return undefined;
  const type = /(?:^|\.)([a-z][a-z0-9]*_[a-z0-9_]+)\.[^.]+$/.exec(address)?.[1];
  const key = names["attribute"] ?? Object.keys(world.machineTypes).find((one) => one.startsWith(`${type}.`));
  const attribute = key?.split(".")[1];
  const known = key === undefined ? undefined : world.machineTypes[key];
  if (type === undefined || attribute === undefined || known === undefined) return undefined;
  if (key !== `${type}.${attribute}`) return undefined;
  const provider = type.startsWith("aws_") ? "aws" : type.startsWith("google_") ? "gcp" : undefined;
  if (provider === undefined) return undefined;
  const name = lastOf(value);
  const written = place === undefined ? undefined : textAt(world.configuration, place);
  const isWritten = written !== undefined && lastOf(written) === name;
  return {
    provider,
    address,
    path: [attribute],
    written: isWritten ? written : value.includes("/") ? name : value,
    name,
    names: known,
  };
}

/** `m5.xxlarge` is as likely 2xlarge as xlarge: the slip is in what counts. */
function isSizeInLetters(name: string): boolean {
  return /x{2,}l/i.test(name);
}

/** The name that a written one is a slip of: the same letters and digits, or a typing error in one word of it. */
function meant({ name, names }: Wrong): Nearest {
  const fold = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const [same, ...others] = names.filter((one) => fold(one) === fold(name));
  if (same !== undefined && others.length === 0) return { kind: "clear", name: same };
  const found = nearest(name, names);
  if (!isSizeInLetters(name)) return found;
  return { kind: "unclear", candidates: found.kind === "clear" ? [found.name] : found.candidates };
}

function regionOf({ names }: Problem, { region }: World): string | undefined {
  const zone = /^([a-z]{2,}(?:-[a-z]+)+-\d)[a-z]$/.exec(names["zone"] ?? "")?.[1];
  return zone ?? region;
}

/** Feeds that follow a machine type wherever it is written: other machine types, and labels that tell it. */
function isFollower(feed: string, { machineTypes }: World): boolean {
  const [address = "", path = ""] = feed.split("#");
  const type = /(?:^|\.)([a-z][a-z0-9]*_[a-z0-9_]+)\.[^.]+$/.exec(address.replace(/\[[^\]]*\]$/, ""))?.[1];
  return Object.hasOwn(machineTypes, `${type}.${path}`) || /^(tags|labels)[.[]/.test(path);
}

function written(
  wrong: Wrong,
  to: string,
  why: string,
  context: { problem: Problem; world: World },
): Proposal {
  const { world, problem } = context;
  const change = { from: wrong.written, to: `${wrong.written.slice(0, -wrong.name.length)}${to}` };
  const deciding = decidingEdits(world.configuration, { ...wrong, place: problem.place }, change);
  if (typeof deciding === "string")
    return { kind: "unsure", reason: `${why}, but ${deciding}`, candidates: [to] };
  const others = deciding.feeds.filter((feed) => !isFollower(feed, world));
  if (others.length > 0) {
    const reason = `${why}, but the same text decides ${others.slice(0, 3).join(", ")}`;
    return { kind: "unsure", reason, candidates: [to] };
  }
  return { kind: "edits", edits: deciding.edits, sentence: `${wrong.name} becomes ${to}: ${why}` };
}

function propose(problem: Problem, world: World): Proposal {
  const wrong = wrongOf(problem, world);
  if (wrong === undefined || wrong.name === "") return null;
  const { provider, name } = wrong;
  const region = regionOf(problem, world);
  const context = { problem, world };
  if (isMachineTypeName(provider, name)) {
    if (region === undefined)
      return { kind: "unsure", reason: `in which region ${name} is missing is not known`, candidates: [] };
    const found = replacementIn(provider, name, region);
    if (found.kind === "none") return { kind: "unsure", reason: found.reason, candidates: found.candidates };
    const why = `${region} does not sell it, and this is the cheapest there that has at least as much`;
    return written(wrong, found.name, why, context);
  }
  const found = meant(wrong);
  if (found.kind === "unclear") {
    const reason = `there is no machine type ${name}, and none that it can only be a slip of`;
    return { kind: "unsure", reason, candidates: found.candidates };
  }
  return written(wrong, found.name, "it is the only type that it can be a slip of", context);
}

/**
 * Names the machine type that is meant: the only one that a misspelt name is a slip of; and, for one that exists and that the
 * region does not sell, the cheapest there with at least as much of everything. It is written where it is decided: in the
 * resource, a variable's default, a local or a variables file, if nothing but machine types and labels hang on it. Not where
 * the wanted size is not known, where two would do alike, or where the type is sold in other zones of the region: then a person
 * says which gives way.
 */
export const machineTypeName: Fixer = { name: "machine-type", classes: ["machine-type"], propose };
