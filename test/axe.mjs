import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * What a screen reader or a keyboard couldn't make use of on a page, as axe finds it: each as `rule: selector (element)`.
 *
 * @param {import("playwright-core").Page} page
 * @param {readonly string[]} [rules] default: all that axe has for everybody
 * @returns {Promise<readonly string[]>}
 */
export async function barriersOf(page, rules) {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(AXE);
  return page.evaluate(async (values) => {
    const only = values === null ? {} : { runOnly: { type: "rule", values } };
    const { violations } = await globalThis.axe.run({ ...only, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, html }) => `${id}: ${target.join(" ")} (${html.slice(0, 120)})`),
    );
  }, rules ?? null);
}
