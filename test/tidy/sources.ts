import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type Node, parseSync } from "oxc-parser";

/** One `import` or `export … from`, as the compiled file will have it. */
export interface Import {
  /** As written: `./clock.js`, `rxjs`, `node:fs`. */
  readonly specifier: string;
  /** The file of this repository that it names, such as `src/clock.ts`; absent for packages. */
  readonly file?: string;
  /** Names taken from it; `*` for all. */
  readonly names: readonly string[];
  /** Whether the compiler drops it. `import { type T }` stays, as an import for its effects. */
  readonly isType: boolean;
}

/** A source file, read once. */
export interface Source {
  /** From the repository's root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** Every node of its syntax tree, depth first. */
  nodes(): Iterable<Node>;
}

/** The repository's root. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** All TypeScript sources under a folder of the repository, in order of their paths. */
export function readSources(folder: string): readonly Source[] {
  return filesIn(join(ROOT, folder))
    .filter((path) => path.endsWith(".ts"))
    .map((path) => relative(ROOT, path).split(sep).join("/"))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(ROOT, path), "utf8")));
}

/** All files in a folder, but those that npm installed there. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Reads one source. Throws where it isn't TypeScript. */
export function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  return {
    path,
    text,
    imports: [...walk(program)].flatMap((node) => importsOf(node, path)),
    nodes: () => walk(program),
  };
}

function importsOf(node: Node, path: string): readonly Import[] {
  switch (node.type) {
    case "ImportDeclaration": {
      const names = node.specifiers.map((part) => (part.type === "ImportSpecifier" ? nameOf(part.imported) : "*"));
      return [toImport(path, node.source.value, names, node.importKind === "type")];
    }
    case "ExportNamedDeclaration": {
      if (node.source === null) return [];
      const names = node.specifiers.map((part) => nameOf(part.local));
      return [toImport(path, node.source.value, names, node.exportKind === "type")];
    }
    case "ExportAllDeclaration":
      return [toImport(path, node.source.value, ["*"], node.exportKind === "type")];
    case "ImportExpression":
      return node.source.type === "Literal" && typeof node.source.value === "string"
        ? [toImport(path, node.source.value, ["*"], false)]
        : [];
    default:
      return [];
  }
}

function nameOf(node: Node): string {
  return node.type === "Identifier" ? node.name : node.type === "Literal" ? String(node.value) : "*";
}

function toImport(path: string, specifier: string, names: readonly string[], isType: boolean): Import {
  if (!specifier.startsWith(".")) return { specifier, names, isType };
  const file = join(dirname(path), specifier).split(sep).join("/").replace(/\.js$/, ".ts");
  return { specifier, file, names, isType };
}

function* walk(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item);
  } else if (typeof value === "object" && value !== null) {
    if ("type" in value && typeof value.type === "string") yield value as Node;
    for (const member of Object.values(value)) if (typeof member === "object") yield* walk(member);
  }
}
