import type { Node } from "oxc-parser";
import type { Source } from "./sources.js";

const TIMERS = new Set(["setTimeout", "setInterval", "setImmediate"]);

/** RxJS's own ways to read time or to wait: on its default scheduler they would leave a virtual clock in silence. */
export const RXJS_TIME = new Set([
  ..."animationFrameScheduler asapScheduler asyncScheduler animationFrames interval timer".split(" "),
  ..."auditTime bufferTime debounceTime delay repeat retry sampleTime throttleTime timeInterval timeout".split(" "),
  ..."timeoutWith timestamp windowTime".split(" "),
]);

/** Where a source reads the time or sets a timer, each as `what (line)`. */
export function timeReads(source: Source): readonly string[] {
  return find(source, (node) => {
    if (isMember(node, "performance", "now")) return "performance.now";
    if (isMember(node, "Date", "now")) return "Date.now";
    if (node.type === "NewExpression" && isName(node.callee, "Date") && node.arguments.length === 0)
      return "new Date()";
    if (node.type === "CallExpression" && isName(node.callee, "Date")) return "Date()";
    if (node.type === "Identifier" && TIMERS.has(node.name)) return node.name;
    return undefined;
  });
}

/** Where a source rolls dice of its own. */
export function diceRolls(source: Source): readonly string[] {
  return find(source, (node) => {
    if (isMember(node, "Math", "random")) return "Math.random";
    if (isMember(node, "crypto", "getRandomValues")) return "crypto.getRandomValues";
    return undefined;
  });
}

/** Where a source raises to a power that isn't written out: engines disagree in the last bit of what comes of a fraction. */
export function powers(source: Source): readonly string[] {
  return find(source, (node) => {
    if (isMember(node, "Math", "pow")) return "Math.pow";
    const isPower =
      (node.type === "BinaryExpression" && node.operator === "**") ||
      (node.type === "AssignmentExpression" && node.operator === "**=");
    return isPower && node.right.type !== "Literal" ? "**" : undefined;
  });
}

/** Where a source has something that `test` gives a name. */
export function find(source: Source, test: (node: Node) => string | undefined): readonly string[] {
  const found = new Set<string>();
  for (const node of source.nodes()) {
    const what = test(node);
    if (what !== undefined) found.add(`${what} (line ${source.text.slice(0, node.start).split("\n").length})`);
  }
  return [...found];
}

function isMember(node: Node, object: string, property: string): boolean {
  if (node.type !== "MemberExpression" || !isName(node.property, property)) return false;
  const owner = node.object;
  return isName(owner, object) || (owner.type === "MemberExpression" && isName(owner.property, object));
}

function isName(node: Node, name: string): boolean {
  return (node.type === "Identifier" && node.name === name) || (node.type === "Literal" && node.value === name);
}
