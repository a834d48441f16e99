import { UsageError } from "../../command.js";

/** Dollars for a million tokens, of one model or of all others. */
export interface Prices {
  of(model: string): { readonly input: number; readonly output: number } | undefined;
}

/**
 * Prices as they are typed: `0.88` for all models, `MODEL=0.88` for one.
 *
 * @throws UsageError that names the option and what it got
 */
export function readPrices(input: readonly string[], output: readonly string[]): Prices {
  const inputs = readTable("--price-in", input);
  const outputs = readTable("--price-out", output);
  return {
    of(model) {
      const [of, out] = [inputs, outputs].map((table) => table.get(model) ?? table.get(""));
      return of === undefined && out === undefined ? undefined : { input: of ?? 0, output: out ?? 0 };
    },
  };
}

function readTable(option: string, texts: readonly string[]): ReadonlyMap<string, number> {
  const table = new Map<string, number>();
  for (const text of texts) {
    const end = text.lastIndexOf("=");
    const price = text.slice(end + 1).trim();
    if (!/^\d*\.?\d+$/.test(price)) {
      throw new UsageError(`${option} must be dollars for a million tokens, such as 0.88 or MODEL=0.88, got '${text}'`);
    }
    table.set(end === -1 ? "" : text.slice(0, end), Number(price));
  }
  return table;
}
