import { isJsonObject, type JsonObject, type JsonValue, type TerraformPlan } from "@apex/core";

/** Arguments that hold secrets by their names, or texts in which people put them; no price is read from any of these. */
const SECRET_NAME =
  /passw|secret|token|private_key|credential|user_data|startup_script|^metadata$|^environment$|^variables$|^container_definitions$|^connection_string|^auth_|certificate_body|_pem$|^content(_base64)?$/;
/** A price is never decided by a text of this length; scripts, policies and keys are longer. */
const TEXT_LENGTH_MAX = 512;

function cleaned(value: JsonValue): JsonValue {
  if (typeof value === "string") return value.length > TEXT_LENGTH_MAX ? null : value;
  if (Array.isArray(value)) return value.map(cleaned);
  return isJsonObject(value) ? cleanedObject(value) : value;
}

function cleanedObject(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) =>
      // A number or a flag is a setting, whatever its name: `token_limit`.
      SECRET_NAME.test(name) && typeof value !== "number" && typeof value !== "boolean"
        ? []
        : [[name, cleaned(value)]],
    ),
  );
}

/**
 * The plan without what may be secret: it is kept in a directory that other jobs may read, and the attributes in which two plans
 * differ are posted for all to see.
 */
export function withoutSecrets(plan: TerraformPlan): TerraformPlan {
  const { outputs: _, ...rest } = plan;
  return {
    ...rest,
    resources: plan.resources.map((resource) => ({
      ...resource,
      before: resource.before === null ? null : cleanedObject(resource.before),
      after: resource.after === null ? null : cleanedObject(resource.after),
    })),
  };
}
