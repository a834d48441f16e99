import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Application, Converter, ReflectionKind } from "typedoc";
import { METRIC_NAMES } from "../../../dist/simulations/measure/metrics.js";
import { FRONT } from "./guides.mjs";
import { BUILD, ROOT, SITE } from "./paths.mjs";

/** What has a page of its own, and so a word on it. Of members many a name says all. */
const DOCUMENTED = ["Variable", "Function", "Class", "Interface", "TypeAlias"];

/** Where types are told of that no door exports, and that exported ones refer to. */
const BEHIND = "types behind";

/**
 * The doors of the package, as users import them, each with its source: `sluice/redis` is `src/store/redis.ts`.
 *
 * @returns {ReadonlyMap<string, string>}
 */
export function doors() {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const typed = Object.entries(manifest.exports).filter(([, to]) => to.types !== undefined);
  return new Map(
    typed.map(([door, { types }]) => [
      `sluice${door.slice(1)}`,
      join(ROOT, types.replace("./dist/", "").replace(".d.ts", ".ts")),
    ]),
  );
}

/**
 * Writes the site: the API of every door, and the guides beside it.
 *
 * @param {readonly (import("./guides.mjs").Guide & { readonly file: string })[]} guides
 * @throws Error where TypeDoc has anything to complain of
 */
export async function writeSite(guides) {
  const app = await Application.bootstrapWithPlugins(optionsFor(guides));
  // After the plugin, which makes modules of its own at the same moment.
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, nameByDoor, Number.MIN_SAFE_INTEGER);
  const project = await app.convert();
  if (project === undefined) throw new Error("TypeDoc couldn't read the sources");
  app.validate(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error("TypeDoc complained: see above");
}

function optionsFor(guides) {
  const [front, ...rest] = guides;
  if (front?.path !== FRONT) throw new Error(`the first guide must be ${FRONT}`);
  return {
    name: "sluice",
    includeVersion: true,
    tsconfig: join(ROOT, "tsconfig.json"),
    entryPoints: [...doors().values()],
    plugin: ["typedoc-plugin-missing-exports"],
    internalModule: BEHIND,
    readme: front.file,
    projectDocuments: rest.map(({ file }) => file),
    out: SITE,
    cleanOutputDir: true,
    customCss: join(BUILD, "look/style.css"),
    customJs: join(BUILD, "look/menu.js"),
    locales: { en: { kind_plural_module: "API", kind_plural_namespace: "More" } },
    disableSources: true,
    excludePrivate: true,
    excludeExternals: true,
    // A store brings along how a fleet's member works, which nobody calls: not the member's own types either.
    excludeInternal: true,
    exclude: [join(ROOT, "src/store/member.ts")],
    requiredToBeDocumented: DOCUMENTED,
    // Each has its meaning as a value of its own.
    intentionallyNotDocumented: METRIC_NAMES.map((name) => `sluice/simulations.METRICS.__type.${name}.__type.measure`),
    validation: { notDocumented: true },
    // Comments may speak of constants that no door hands out.
    externalSymbolLinkMappings: { sluice: { "*": "#" } },
    searchInDocuments: true,
    headings: { readme: false },
    sort: ["source-order"],
    sortEntryPoints: false,
    groupOrder: [...new Set(rest.map(({ group }) => group)), "*"],
    navigation: { includeCategories: false, includeGroups: true, includeFolders: false },
    useFirstParagraphOfCommentAsSummary: true,
    lightHighlightTheme: "github-light-high-contrast",
    highlightLanguages: ["bash", "console", "javascript", "json", "python", "typescript"],
    hideGenerator: true,
    logLevel: "Warn",
  };
}

/** Modules bear the names that they are imported by; what stands within one is no door. */
function nameByDoor(context) {
  const names = new Map([...doors()].map(([door, file]) => [file, door]));
  for (const module of context.project.getReflectionsByKind(ReflectionKind.Module)) {
    const file = context.getSymbolFromReflection(module)?.declarations?.[0]?.getSourceFile().fileName;
    module.name = names.get(file) ?? module.name;
    if (module.name === BEHIND) module.kind = ReflectionKind.Namespace;
  }
}
