/** What people write for true and false where Terraform does not read it. Sources: YAML 1.1 "bool", INI files, Python. */
const BOOLS: ReadonlyMap<string, boolean> = new Map([
  ["yes", true],
  ["on", true],
  ["true", true],
  ["enabled", true],
  ["1", true],
  ["no", false],
  ["off", false],
  ["false", false],
  ["disabled", false],
  ["0", false],
]);

/** Names of switches that turn something off: `disabled` there can be the switch or what it is for. */
const NEGATIVE_NAME =
  /(?:^|_)(?:block|deny|disable|disabled|ignore|no|not|prevent|skip|suppress|without)(?:_|$)/;

/** The bool that a literal of another type can only mean for an argument, given with its path, as HCL text. */
export function boolText(value: string | number, argument: string): string | undefined {
  const word = String(value).trim().toLowerCase();
  const name = argument.slice(argument.lastIndexOf(".") + 1);
  if (/^(?:en|dis)abled$/.test(word) && NEGATIVE_NAME.test(name)) return undefined;
  const bool = BOOLS.get(word);
  return bool === undefined ? undefined : String(bool);
}

const WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");

/** Units as an argument's name ends with them, and as a value may. */
const UNITS: readonly { readonly name: RegExp; readonly value: RegExp }[] = [
  { name: /_(?:in_)?(?:gb|gib)$/, value: /^(?:gb|gib)$/i },
  { name: /_(?:in_)?(?:mb|mib)$/, value: /^(?:mb|mib)$/i },
  { name: /_(?:in_)?(?:seconds|secs?)$/, value: /^(?:s|secs?|seconds?)$/i },
  { name: /_(?:in_)?minutes$/, value: /^(?:m|mins?|minutes?)$/i },
  { name: /_(?:in_)?hours$/, value: /^(?:h|hours?)$/i },
  { name: /_(?:in_)?days$/, value: /^(?:d|days?)$/i },
];

/**
 * Arguments that are documented to count gibibytes, which their providers and most people write GB. Sources: the pages of the AWS
 * provider 6.25 and the Google provider 6.50 for these resources.
 */
const GIB_ARGUMENTS: ReadonlySet<string> = new Set([
  "aws_db_instance.allocated_storage",
  "aws_db_instance.max_allocated_storage",
  "aws_rds_cluster.allocated_storage",
  "aws_ebs_volume.size",
  "aws_instance.root_block_device.volume_size",
  "aws_instance.ebs_block_device.volume_size",
  "aws_launch_template.block_device_mappings.ebs.volume_size",
  "aws_launch_configuration.root_block_device.volume_size",
  "aws_opensearch_domain.ebs_options.volume_size",
  "google_compute_disk.size",
  "google_compute_instance.boot_disk.initialize_params.size",
  "google_sql_database_instance.settings.disk_size",
]);

/** Those that count mebibytes. Source: the same. */
const MIB_ARGUMENTS: ReadonlySet<string> = new Set([
  "aws_lambda_function.memory_size",
  "aws_lambda_function.ephemeral_storage.size",
]);

function isItsUnit(unit: string, argument: string): boolean {
  if (/^(?:gb|gib)$/i.test(unit) && GIB_ARGUMENTS.has(argument)) return true;
  if (/^(?:mb|mib)$/i.test(unit) && MIB_ARGUMENTS.has(argument)) return true;
  const name = argument.slice(argument.lastIndexOf(".") + 1);
  return UNITS.some((one) => one.name.test(name) && one.value.test(unit));
}

/**
 * The number that a string can only mean, as HCL text: a number with space around it, a number word, or a number with the unit that the
 * argument counts in. `argument` is the path of the argument without indices: `aws_instance.root_block_device.volume_size`.
 */
export function numberText(value: string, argument: string): string | undefined {
  const text = value.trim();
  const word = WORDS.indexOf(text.toLowerCase());
  if (word !== -1) return String(word);
  const match = /^(-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?)\s*([A-Za-z]*)$/.exec(text);
  const [, number, unit = ""] = match ?? [];
  if (number === undefined) return undefined;
  return unit === "" || isItsUnit(unit, argument) ? number : undefined;
}
