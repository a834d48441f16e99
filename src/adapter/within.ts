import { builtinModule } from "../builtin.js";

/** Calls a function in the asynchronous context of the moment when this was made. */
export type Within = <T>(fn: () => T) => T;

/** What is used of `node:async_hooks`. */
interface AsyncHooks {
  readonly AsyncLocalStorage: new () => { run<T>(store: unknown, fn: () => T): T; disable(): void };
  readonly AsyncResource: new (type: string) => { runInAsyncScope: Within };
  executionAsyncResource(): object;
}

/** What Node, until 23, calls the place of a store in the resource that runs. */
const STORE = "kResourceStore";

const HERE: Within = (fn) => fn();

/** Symbols that were met on resources, and whether they are such a place. Somebody may make ever new ones. */
const met = new Map<symbol, boolean>();
const MET_MAX = 1_000;

const hooks = builtinModule<AsyncHooks>("node:async_hooks");
let showsStores: boolean | undefined;
let nowhere: Within | undefined;

/**
 * Keeps the caller's asynchronous context for a call that is made later, in whoever's context the loop then runs: a tracer
 * would otherwise hang a request's span under a stranger's.
 */
export function keepContext(): Within {
  if (hooks === undefined) return HERE;
  showsStores ??= findsStores(hooks);
  if (!showsStores || holdsStore(hooks.executionAsyncResource())) return keep(hooks);
  nowhere ??= outOfContext(hooks, keep(hooks));
  return nowhere;
}

function keep({ AsyncResource }: AsyncHooks): Within {
  // AsyncLocalStorage.snapshot() does the same, many times as dear: on Node 20 it wraps a function for deprecation each time.
  const resource = new AsyncResource("SluiceRequest");
  return (fn) => resource.runInAsyncScope(fn);
}

/** What was called in no context runs in none: one empty scope serves all, and is entered only from within another. */
function outOfContext({ executionAsyncResource }: AsyncHooks, empty: Within): Within {
  return (fn) => (holdsStore(executionAsyncResource()) ? empty(fn) : fn());
}

/** Whether stores lie open in the resource that runs: looking there costs a tenth of keeping a context in which there is none. */
function findsStores({ AsyncLocalStorage, AsyncResource, executionAsyncResource }: AsyncHooks): boolean {
  const storage = new AsyncLocalStorage();
  // In a resource of its own, or the mark would stay on the caller's.
  const finds = () => storage.run(true, () => holdsStore(executionAsyncResource()));
  const found = new AsyncResource("SluiceProbe").runInAsyncScope(finds);
  // Where they lie elsewhere a storage costs nobody anything, and workerd's can't be disabled.
  if (found) storage.disable();
  return found;
}

function holdsStore(resource: object): boolean {
  for (const symbol of Object.getOwnPropertySymbols(resource)) {
    if (isPlace(symbol) && Reflect.get(resource, symbol) !== undefined) return true;
  }
  return false;
}

function isPlace(symbol: symbol): boolean {
  const known = met.get(symbol);
  if (known !== undefined) return known;
  if (met.size >= MET_MAX) met.clear();
  const isOne = symbol.description === STORE;
  met.set(symbol, isOne);
  return isOne;
}
