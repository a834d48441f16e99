import { fileURLToPath } from "node:url";

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The repository. */
export const ROOT = folder("../../../");
/** This package, which has TypeDoc. */
export const BUILD = folder("./");
/** What people write. */
export const GUIDES = folder("../guides/");
/** What readers get: any web host can serve it, and a browser opens it from the disk. */
export const SITE = folder("../../../.site/");
