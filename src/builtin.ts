interface ProcessWithModules {
  getBuiltinModule?: (name: string) => unknown;
}

/** A module of Node's own where there is one. An `import` of it would shut out the platforms that have the web and no more. */
export function builtinModule<Module>(name: `node:${string}`): Module | undefined {
  const { process } = globalThis as { process?: ProcessWithModules };
  return process?.getBuiltinModule?.(name) as Module | undefined;
}
