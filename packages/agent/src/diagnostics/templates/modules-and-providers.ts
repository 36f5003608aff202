import type { MessageTemplate } from "../message-template.ts";

const DOT_SLASH =
  'If you intended this as a path relative to the current module, use "./{...}" instead. The "./" prefix indicates that the address is a relative filesystem path.';

/** Module sources. Sources: terraform v1.11, `initwd`, `configs`, `configload`; sandbox/terraform, `installed-modules.ts`. */
const MODULES: readonly MessageTemplate[] = [
  [
    "module-not-found",
    "Unreadable module directory",
    [
      "Unable to evaluate directory symlink: lstat {directory...}: {...}",
      'The directory {directory...} could not be read for module "{name}" at {at...}.',
      "The directory {...} could not be read. {...}",
      "Unable to evaluate directory symlink: {...}",
    ],
  ],
  [
    "module-not-found",
    "Unreadable module subdirectory",
    "The directory {directory...} does not exist. The target submodule {...} does not exist within the target module.",
  ],
  [
    "module-not-found",
    "Failed to read module directory",
    "Module directory {directory...} does not exist or cannot be read.",
  ],
  [
    "module-not-found",
    "Module not found",
    `The module address "{source}" could not be resolved.\n\n${DOT_SLASH}`,
  ],
  [
    "module-not-found",
    "Module not found",
    'Module "{name}" (from {at...}) cannot be found in the module registry at {...}.',
    { why: "registry" },
  ],
  [
    "module-not-found",
    "Module not installed",
    ["This module is not yet installed. {...}", "This module's local cache directory {...}"],
    { why: "not-installed" },
  ],
  [
    "module-not-found",
    "Module source has changed",
    "The source address was changed since this module was installed.{...}",
    { why: "not-installed" },
  ],
  [
    "module-not-found",
    "Module version requirements have changed",
    "The version requirements have changed since this module was installed {...}",
    { why: "not-installed" },
  ],
  ["module-not-found", "Module {name} is not installed", undefined, { why: "not-installed" }],
  [
    "module-source",
    "Invalid module source address",
    `Terraform failed to determine your intended installation method for remote module package "{source}".\n\n${DOT_SLASH}`,
    { why: "dot-slash" },
  ],
  [
    "module-source",
    "Invalid module source address",
    "Failed to parse module source address: {reason...}",
    { why: "form" },
  ],
  [
    "module-source",
    "Invalid registry module source address",
    'Failed to parse module registry address: {reason...}.\n\nTerraform assumed that you intended a module registry source address because you also set the argument "version", which applies only to registry modules.',
    { why: "version" },
  ],
  [
    "module-source",
    "Local module path escapes module package",
    'The given source directory for {...} would be outside of its containing package "{package}".{...}',
    { why: "escapes" },
  ],
  [
    "module-source",
    "Unresolvable module version constraint",
    'There is no available version of module "{name}" ({at...}) which matches the given version constraint.{...}',
    { why: "no-version" },
  ],
  [
    "module-source",
    "Module has no versions",
    'Module "{name}" ({at...}) has no versions available on {...}.',
    { why: "no-version" },
  ],
  [
    "invalid-version-constraint",
    "Invalid version constraint",
    [
      `Cannot apply a version constraint to module "{name}" (at {at...}) because it doesn't come from a module registry.`,
      'Cannot apply a version constraint to module "{name}" (at {at...}) because it has a relative local path.',
    ],
    { why: "local-module" },
  ],
  [
    "network",
    "Failed to download module",
    'Could not download module "{name}" ({at...}) source code from {...}',
  ],
  ["network", "Error accessing remote module registry", "Failed to retrieve {...} from {...}"],
];

/** Versions. Source: terraform v1.11, `configs`. */
const VERSIONS: readonly MessageTemplate[] = [
  [
    "invalid-version-constraint",
    "Invalid version constraint",
    [
      "This string does not use correct version constraint syntax.",
      "Incorrect version constraint syntax: {reason...}.",
    ],
    { why: "form" },
  ],
  [
    "invalid-version-constraint",
    "Invalid version constraint",
    ["Version must be specified as a string.", "A string value is required for {name}."],
    { why: "not-a-string" },
  ],
  [
    "invalid-version-constraint",
    "Invalid required_version constraint",
    "Prerelease version constraints are not supported: {...}",
    { why: "prerelease" },
  ],
];

/** Provider configurations, and providers that cannot be had. Sources: terraform v1.11; sandbox/terraform, `missing-provider.ts`. */
const PROVIDERS: readonly MessageTemplate[] = [
  [
    "provider-not-configured",
    "Provider configuration not present",
    "To work with {resource...} its original provider configuration at {provider...} is required, but it has been removed. {...}",
  ],
  [
    "provider-not-configured",
    "Missing required provider configuration",
    [
      'The child module requires an additional configuration for provider {provider}, with the local name "{name}".{...}',
      'The configuration for {module...} expects to inherit a configuration for provider {provider} with local name "{name}", but {...}',
    ],
    { why: "not-passed" },
  ],
  [
    "provider-not-configured",
    "Reference to undefined provider",
    [
      'The child module does not declare any provider requirement with the local name "{name}".{...}',
      'There is no explicit declaration for local provider name "{name}" in {module...}, so Terraform is assuming {...}',
    ],
    { why: "not-required" },
  ],
  [
    "provider-not-configured",
    "Provider type mismatch",
    [
      'The local name "{name}" in {...}',
      "The assigned configuration is for provider {...}",
      "The provider {...}",
    ],
    { why: "type" },
  ],
  [
    "provider-not-configured",
    "Cannot override provider configuration",
    "The configuration of {module...} has its own local configuration for {name}, and so it cannot accept an overridden configuration provided by {...}.",
    { why: "override" },
  ],
  [
    "provider-not-configured",
    "Invalid provider configuration reference",
    [
      "A provider configuration reference must not be given in quotes.",
      "Provider name must either stand alone or be followed by a period and then a configuration alias.",
      "The {argument} argument requires a provider type name, optionally followed by a period and then a configuration alias.",
    ],
    { why: "form" },
  ],
  [
    "provider-not-configured",
    "Module is incompatible with count, for_each, and depends_on",
    "The module at {module...} is a legacy module which contains its own local provider configurations, {...}",
    { why: "legacy-module" },
  ],
  [
    "provider-not-configured",
    "Invalid provider configuration",
    "The configuration for {provider...} depends on values that cannot be determined until apply.",
    { why: "unknown" },
  ],
  [
    "provider-not-configured",
    "Duplicate required provider",
    'Provider {provider} with the local name "{name}" was {...}.',
    { why: "requirement" },
  ],
  [
    "provider-not-configured",
    "Duplicate required provider",
    'Provider "{provider}" was implicitly required via resource "{resource}", but listed in required_providers as "{name}".{...}',
    { why: "requirement" },
  ],
  [
    "provider-not-configured",
    "Invalid required_providers object",
    [
      "required_providers entries must be strings or objects.",
      'required_providers objects can only contain "version", "source" and "configuration_aliases" attributes. To configure a provider, use a "provider" block.',
    ],
    { why: "requirement" },
  ],
  [
    "provider-not-configured",
    "Invalid required_providers block",
    'A "required_providers" block must be nested inside a "terraform" block.',
    { why: "requirement" },
  ],
  [
    "provider-not-configured",
    "Invalid source",
    "Source must be specified as a string.",
    { why: "requirement" },
  ],
  ["missing-provider", "No stand-in for provider {provider}"],
  [
    "missing-provider",
    "Missing required provider",
    [
      "This configuration requires provider {provider}, but that provider isn't available.{...}",
      "This configuration requires built-in provider {provider}, but that provider isn't available in this Terraform version.",
      "This state requires provider {provider}, but that provider isn't available.{...}",
      "This state requires built-in provider {provider}, but that provider isn't available in this Terraform version.",
    ],
  ],
  [
    "network",
    "Failed to query available provider packages",
    "Could not retrieve the list of available versions for provider {provider}: could not connect to {...}",
  ],
  [
    "missing-provider",
    "Failed to query available provider packages",
    "Could not retrieve the list of available versions for provider {provider}: {reason...}",
  ],
  ["missing-provider", "Failed to install provider", "Error while installing {provider} v{...}: {reason...}"],
  ["missing-provider", "Incompatible provider version", "{...}"],
  ["missing-provider", "Invalid provider registry host", "{...}"],
  [
    "missing-provider",
    "Failed to load plugin schemas",
    "Error while loading schemas for plugin components: {reason...}.",
  ],
  [
    "missing-provider",
    "Missing required provisioner plugin",
    'This configuration requires provisioner plugin "{provider}", which isn\'t available.{...}',
  ],
  [
    "missing-provider",
    "Required plugins are not installed",
    "The installed provider plugins are not consistent with {...}",
  ],
  // What a Terraform before 1.9 says of `init` is no diagnostic. Source: sandbox/terraform, `prepared-run.ts`.
  ["missing-provider", "terraform init failed", undefined, { why: "init" }],
  ["lock-file", "Inconsistent dependency lock file", "{...}"],
  [
    "lock-file",
    "Provider dependency changes detected",
    "Changes to the required provider dependencies were detected, but the lock file is read-only.{...}",
  ],
  ["lock-file", "Duplicate provider lock", "This lockfile already declared a lock for provider {...}"],
  ["lock-file", "Invalid provider hash set", "{...}"],
  ["lock-file", "Invalid provider hash string", "{...}"],
  ["lock-file", "Invalid provider version number", "The selected version number for provider {...}"],
  [
    "lock-file",
    "Invalid provider version constraints",
    "The recorded version constraints for provider {...}",
  ],
];

/** Modules, versions and providers. */
export const MODULE_AND_PROVIDER_MESSAGES: readonly MessageTemplate[] = [
  ...MODULES,
  ...VERSIONS,
  ...PROVIDERS,
];
