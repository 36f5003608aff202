/** Words in a name whose value is a secret. */
const SECRET_WORD =
  /(?:^|[_.-]|(?<=[a-z]))(?:pass(?:words?|wd|phrases?|codes?)?|pwd|secrets?|tokens?|credentials?|api_?keys?|apikey|access_?keys?|private_?keys?|secret_?keys?|account_?keys?|shared_?keys?|signing_?keys?|auth_?keys?|encryption_?keys?|master_?keys?|raw_?keys?|license_?keys?|connection_?strings?|client_?secrets?|sas_?urls?|webhook_?urls?|dsn)(?:$|[_.-]?(?:\d+|value|base64|b64|text|plaintext|string|binary|json|pem|raw|wo|hash|data|content|body)?$)/i;

/** Endings that make a name one of something else: `secret_arn` is no secret. */
const HARMLESS =
  /(?:_(?:arn|arns|id|ids|name|names|path|file|files|policy|length|version|versions|type|types|enabled|ttl|rotation|required|count|algorithm|format|prefix|keys_only|days|region|endpoint|uri_path|min|max)|^(?:max|min|use|require|rotate|ignore)_.*|^http_tokens$|_tokens_max|^kms.*)$/i;

function spelled(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();
}

/** Whether a name that may hold such a word tells of something else. */
export function isHarmlessName(name: string): boolean {
  return HARMLESS.test(spelled(name));
}

/** Whether what an attribute, a variable or a JSON key of this name holds is a secret. */
export function isSecretName(name: string): boolean {
  if (name.length > 200) return false;
  return SECRET_WORD.test(spelled(name)) && !isHarmlessName(name);
}
