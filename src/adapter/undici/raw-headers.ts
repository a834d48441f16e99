/** Headers in the form in which undici 8 hands them on to Node's own fetch: names and values in turn, as bytes. */
export function rawOf(headers: Readonly<Record<string, string>>): Buffer[] {
  return Object.entries(headers).flatMap(([name, value]) => [Buffer.from(name), Buffer.from(value)]);
}

/** Headers, of an object or of a list of names and values in turn, with one set in place of those of its name. */
export function withHeader<Form extends object>(headers: Form, name: string, value: string): Form {
  const others = withoutHeader(headers, name);
  if (!Array.isArray(headers) || !Array.isArray(others)) return { ...others, [name]: value };
  const own = typeof headers[0] === "string" ? [name, value] : rawOf({ [name]: value });
  return [...others, ...own] as object as Form;
}

/** Headers without those of a name in lower case. */
export function withoutHeader<Form extends object>(headers: Form, name: string): Form {
  if (!Array.isArray(headers)) {
    return Object.fromEntries(Object.entries(headers).filter(([each]) => each.toLowerCase() !== name)) as Form;
  }
  return headers.filter((_each, at) => String(headers[at - (at % 2)]).toLowerCase() !== name) as object as Form;
}
