import { PICTURES } from "../pictures/catalog.mjs";

/** Where a picture goes, with its words; whether it is made is for the build, which says so where it can't. */
export function pictureOf(name) {
  const picture = Object.hasOwn(PICTURES, name) ? PICTURES[name] : undefined;
  if (picture === undefined) throw new Error(`there is no picture ${name}; there are ${Object.keys(PICTURES)}`);
  const words = `*${picture.shows}. [The page itself](pictures/${name}.html)*, by \`${picture.command}\`.`;
  return `![${picture.shows}](pictures/${name}.png)\n\n${words}`;
}
