/** `module.a["x"].aws_instance.web[0]` → `["aws_instance", "web"]`, data sources without their `data`. */
export function labelsOf(address: string): readonly [string, string] {
  const [, type = "", name = ""] =
    /([A-Za-z0-9_-]+)\.([\p{L}\p{N}_-]+)(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?$/u.exec(address) ?? [];
  return [type, name];
}
