import type { Client, ClientContext, Contestant } from "../../world/contestant.js";

/** A rival made of a real package, which a user's project may or may not have. */
export interface PackageRival<Modules extends readonly unknown[]> {
  readonly name: string;
  readonly told?: "limit";
  /** What to import: one module after the other. */
  readonly specifiers: readonly string[];
  join(context: ClientContext, ...loaded: Modules): Client;
}

/** Makes a contestant whose package is loaded, as installed, before the first world that it lives in. */
export function packageRival<const Modules extends readonly unknown[]>(rival: PackageRival<Modules>): Contestant {
  const { name, told, specifiers, join } = rival;
  let loaded: Modules | undefined;
  return {
    name,
    ...(told !== undefined && { told }),
    isAsync: true,
    async prepare() {
      if (loaded !== undefined) return;
      const modules: unknown[] = [];
      for (const specifier of specifiers) modules.push(await loadPackage(name, specifier));
      // What a package exports is known from its documentation alone: nothing here may depend on its types.
      loaded = modules as unknown as Modules;
    },
    join(context) {
      if (loaded === undefined) throw new Error(`BUG: ${name} joins before its package is loaded`);
      return join(context, ...loaded);
    },
  };
}

/**
 * Imports a package that nothing here depends on.
 *
 * @throws Error that says how to install it, where it isn't
 */
async function loadPackage(rival: string, specifier: string): Promise<unknown> {
  try {
    // By a variable: a compiler or bundler that read the name would demand that everybody has the package.
    return await import(specifier);
  } catch (error) {
    if (!isMissing(error, specifier)) throw error;
    const owner = packageOf(specifier);
    const message = `${rival} needs the package ${owner}, which isn't installed: npm install --save-dev ${owner}`;
    throw new Error(message, { cause: error });
  }
}

/** The part of a specifier that names a package. */
export function packageOf(specifier: string): string {
  return /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
}

/** Whether it is the package itself that wasn't found, and not something that it needs. */
function isMissing(error: unknown, specifier: string): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const isNotFound = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
  return isNotFound && String(message).includes(packageOf(specifier));
}
