import { fetch } from "undici";
import { Token } from "../../adapter/dashboard/token.js";
import { messageOf } from "../batch/failure.js";
import { UsageError } from "../command.js";
import type { Announced, Registry } from "./registry.js";

/** A page that can be opened. */
export type Found = Pick<Announced, "title" | "url" | "token"> &
  Partial<Pick<Announced, "kind" | "pid" | "startedAtMs">>;

/** A page of this machine answers at once. */
const PATIENCE_MS = 3_000;

/**
 * The pages of this machine that answer, and the one that was meant: by its address, its number, its port or a part of its name;
 * without a word the latest.
 *
 * @throws UsageError where none or several are meant, or an address has none
 */
export async function find(
  registry: Registry,
  which: string | undefined,
): Promise<{ readonly pages: readonly Announced[]; readonly chosen: Found | undefined }> {
  const announced = await registry.alive();
  if (which !== undefined && /^https?:/i.test(which)) {
    return { pages: announced, chosen: await atAddress(which, announced) };
  }
  const answers = await Promise.all(announced.map((page) => problemAt(page)));
  const pages = announced.filter((_, index) => answers[index] === undefined);
  if (which === undefined) return { pages, chosen: pages[0] };
  return { pages, chosen: named(which, pages) };
}

function named(which: string, pages: readonly Announced[]): Announced {
  const isNumber = /^\d+$/.test(which);
  const numbered = isNumber ? pages[Number(which) - 1] : undefined;
  if (numbered !== undefined) return numbered;
  const meant = pages.filter(({ kind, title, url }) =>
    isNumber ? new URL(url).port === which : kind === which || title.includes(which),
  );
  const [only, ...others] = meant;
  if (only === undefined) throw new UsageError(`no live page is called '${which}' here; --list shows those that run`);
  if (others.length > 0) throw new UsageError(`'${which}' may be any of ${meant.length}; --list has their numbers`);
  return only;
}

async function atAddress(address: string, announced: readonly Announced[]): Promise<Found> {
  if (!URL.canParse(address)) throw new UsageError("the address of the page can't be read");
  const url = new URL(address);
  const token = new URLSearchParams(url.hash.slice(1)).get("token") ?? undefined;
  url.hash = "";
  const known = announced.find((page) => withSlash(page.url) === withSlash(url.href));
  const page: Found = known !== undefined && token === undefined ? known : { title: url.host, url: url.href, token };
  if (page.token === undefined && page.kind !== "serve") {
    throw new UsageError(`${url} needs its token: give the whole address, with #token=…`);
  }
  const problem = await problemAt(page);
  if (problem !== undefined) throw new UsageError(`${url} ${problem}`);
  return page;
}

/** Why a page can't be had; undefined where it answers, and is the one that has this token. The token itself stays here. */
async function problemAt({ url, token, kind }: Found): Promise<string | undefined> {
  const isBare = kind === "serve";
  try {
    const response = await fetch(isBare ? url : `${withSlash(url)}hello`, {
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    if (!response.ok) return `is no live page: it answers ${response.status}`;
    if (isBare) return undefined;
    const { fingerprint } = JSON.parse(text) as { readonly fingerprint?: unknown };
    return fingerprint === new Token(token).fingerprint ? undefined : "has another token";
  } catch (error) {
    return `is no live page, or doesn't answer (${messageOf(error)})`;
  }
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
