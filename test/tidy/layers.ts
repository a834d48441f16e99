import type { Source } from "./sources.js";

/** What each floor may import at run time, beside itself. `root` is the files of `src/` but the two that assemble. */
const MAY_IMPORT = {
  root: [],
  signal: ["root"],
  dialect: ["root", "signal"],
  control: ["root", "signal"],
  pace: ["root"],
  store: ["root", "pace", "control"],
  flow: ["root", "signal", "dialect", "control", "pace", "store"],
  page: ["root"],
  adapter: ["root", "signal", "dialect", "flow", "page"],
  door: ["root", "signal", "dialect", "control", "pace", "store", "flow", "page", "adapter"],
  simulations: ["root", "signal", "dialect", "control", "pace", "store", "flow", "page", "adapter", "door"],
  cli: ["root", "signal", "dialect", "control", "pace", "store", "flow", "page", "adapter", "door", "simulations"],
  // The site's build reads what was compiled, and the sources as text.
  docs: [],
} as const;

type Floor = keyof typeof MAY_IMPORT;

const ASSEMBLERS = new Set(["src/sluice.ts", "src/index.ts"]);

/** The floor that a file stands on. Throws for a folder that has none: a new one must be given its place here. */
export function floorOf(path: string): Floor {
  if (ASSEMBLERS.has(path)) return "door";
  const [top, folder, rest] = path.split("/");
  if (top === "simulations") return "simulations";
  if (rest === undefined) return "root";
  if (folder !== undefined && folder in MAY_IMPORT) return folder as Floor;
  throw new Error(`${path}: the table of layers knows no folder ${folder}`);
}

/** Run-time imports that the table doesn't allow, each as `importer → imported`. Types are free. */
export function layerBreaches(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, imports }) => {
    const from = floorOf(path);
    return imports
      .filter(({ isType, file }) => !isType && file !== undefined)
      .filter(({ file = "" }) => !isAllowed(from, floorOf(file)))
      .map(({ file }) => `${path} → ${file}`);
  });
}

function isAllowed(from: Floor, to: Floor): boolean {
  return from === to || (MAY_IMPORT[from] as readonly Floor[]).includes(to);
}

/** The first circle of run-time imports, as the files on it; empty where there is none. */
export function importCircle(sources: readonly Source[]): readonly string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): readonly string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const { file, isType } of byPath.get(path)?.imports ?? []) {
      if (isType || file === undefined) continue;
      const circle = visit(file, [...trail, path]);
      if (circle.length > 0) return circle;
    }
    done.add(path);
    return [];
  };
  for (const { path } of sources) {
    const circle = visit(path, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

/** Everything that loading one file loads, as paths and as the specifiers of packages. */
export function importGraph(sources: readonly Source[], entry: string): ReadonlySet<string> {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const seen = new Set<string>();
  const waiting = [entry];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const { file, specifier, isType } of byPath.get(next)?.imports ?? []) {
      if (!isType) waiting.push(file ?? specifier);
    }
  }
  return seen;
}
