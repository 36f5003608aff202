import { addDecimals, type Decimal, decimal, divide, multiply, subtract } from "@apex/core";

const TOKEN = /\s*(?:([A-Za-z][\w.%/-]*,?)|(\d[\d,]*(?:\.\d+)?)|([-+/()]))/y;

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`not understood in ${JSON.stringify(text)}: ${text.slice(start)}`);
    const [, word, number, sign] = match;
    if (word === "x") tokens.push("x");
    else if (number !== undefined) tokens.push(number.replaceAll(",", ""));
    else if (sign !== undefined) tokens.push(sign);
  }
  return tokens;
}

/**
 * What a sum written by hand comes to, exactly: numbers, `x`, `/`, `+`, `-` and parentheses; words between them ("730 h x 0.096")
 * are read over. Throws an Error for anything else.
 */
export function workOut(text: string): Decimal {
  const tokens = [...tokensOf(text)];
  const take = (...kinds: readonly string[]): string | undefined =>
    tokens[0] !== undefined && kinds.includes(tokens[0]) ? tokens.shift() : undefined;
  const factor = (): Decimal => {
    if (take("-") !== undefined) return subtract(decimal(0), factor());
    if (take("(") === undefined) return decimal(tokens.shift() ?? "");
    const inner = sum();
    if (take(")") === undefined) throw new Error(`a parenthesis is not closed in ${JSON.stringify(text)}`);
    return inner;
  };
  const product = (): Decimal => {
    let value = factor();
    for (let sign = take("x", "/"); sign !== undefined; sign = take("x", "/")) {
      value = sign === "x" ? multiply(value, factor()) : divide(value, factor());
    }
    return value;
  };
  const sum = (): Decimal => {
    let value = product();
    for (let sign = take("+", "-"); sign !== undefined; sign = take("+", "-")) {
      value = sign === "+" ? addDecimals(value, product()) : subtract(value, product());
    }
    return value;
  };
  const result = sum();
  if (tokens.length > 0) throw new Error(`not understood in ${JSON.stringify(text)}: ${tokens.join(" ")}`);
  return result;
}
