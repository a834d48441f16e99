import { systemClock } from "../../clock.js";
import { messageOf } from "../batch/failure.js";
import type { Io } from "../command.js";
import { type Announced, addressOf, Registry } from "./registry.js";
import { runtimeFolder } from "./runtime-folder.js";

/** What is told of a live page. */
export interface Page extends Pick<Announced, "kind" | "title" | "url" | "token"> {
  /** Tells this program from others of its kind: the same again has the same page. */
  readonly identity: string;
}

/** Lets `sluice watch` find a page. Where that can't be, it says why, once, and nothing else is lost. */
export async function announce(
  { identity, ...page }: Page,
  { env }: Pick<Io, "env">,
  onTrouble: (message: string) => void,
): Promise<() => Promise<void>> {
  const folder = runtimeFolder(env);
  if (folder === undefined) return async () => undefined;
  try {
    return await new Registry(folder).announce(identity, {
      ...page,
      pid: process.pid,
      startedAtMs: systemClock.wallNow(),
    });
  } catch (error) {
    onTrouble(`sluice watch won't find this page: ${messageOf(error)}`);
    return async () => undefined;
  }
}

/** What the same program announced last, so that its page can go on with the same address. */
export async function recall(
  kind: Announced["kind"],
  identity: string,
  { env }: Pick<Io, "env">,
): Promise<Announced | undefined> {
  const folder = runtimeFolder(env);
  return folder === undefined ? undefined : await new Registry(folder).recall(kind, identity);
}

/** How a program tells of its page: with the token to a person, and to no log. */
export function sayPage(page: Pick<Announced, "url" | "token">, { stderr }: Pick<Io, "stderr">): string {
  return stderr.isTTY === true ? `live page: ${addressOf(page)}` : `live page: ${page.url} ('sluice watch' opens it)`;
}
