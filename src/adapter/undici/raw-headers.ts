import type { Dispatcher } from "undici";

type Raw = NonNullable<Dispatcher.DispatchController["rawHeaders"]> | null;

/** Headers in the form in which undici 8 hands them on to Node's own fetch: names and values in turn, as bytes. */
export function rawOf(headers: Readonly<Record<string, string>>): Buffer[] {
  return Object.entries(headers).flatMap(([name, value]) => [Buffer.from(name), Buffer.from(value)]);
}

/** Raw headers of either form with one header set, in place of those of its name. */
export function withRawHeader(raw: Raw, name: string, value: string): Raw {
  if (raw === null) return raw;
  if (!Array.isArray(raw)) return { ...raw, [name]: value };
  const list = raw as readonly (Buffer | string)[];
  const kept: (Buffer | string)[] = [];
  for (let index = 0; index < list.length; index += 2) {
    if (String(list[index]).toLowerCase() !== name) kept.push(...list.slice(index, index + 2));
  }
  return typeof list[0] === "string"
    ? ([...kept, name, value] as string[])
    : ([...kept, ...rawOf({ [name]: value })] as Buffer[]);
}
