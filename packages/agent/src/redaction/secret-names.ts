/** Words in a name whose value is a secret. */
const SECRET_WORD =
  /(?:^|[_.-]|(?<=[a-z]))(?:pass(?:word|wd|phrase|code)?|pwd|secrets?|tokens?|credentials?|api_?keys?|apikey|access_?keys?|private_?keys?|secret_?keys?|account_?keys?|shared_?keys?|signing_?keys?|auth_?keys?|license_?keys?|connection_?strings?|client_?secrets?|sas_?urls?|webhook_?urls?|dsn)(?:$|[_.-]?(?:\d+|value|base64|text|plaintext|string|wo|hash|data|content|body)?$)/i;

/** Endings that make a name one of something else: `secret_arn` is no secret. */
const HARMLESS =
  /(?:_(?:arn|arns|id|ids|name|names|path|file|files|policy|length|version|versions|type|types|enabled|ttl|rotation|required|count|algorithm|format|prefix|keys_only|days|region|endpoint|uri_path|min|max)|^(?:max|min|use|enable|require|rotate|ignore|http)_.*|_tokens_max|^kms.*)$/i;

/** Whether what an attribute, a variable or a JSON key of this name holds is a secret. */
export function isSecretName(name: string): boolean {
  if (name.length > 200) return false;
  const spelled = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
  return SECRET_WORD.test(spelled) && !HARMLESS.test(spelled);
}
