import { fileURLToPath } from "node:url";

/** This package's folder, which has the SDKs, and the repository's, which has sluice. */
export const MATRIX = fileURLToPath(new URL("../", import.meta.url));
export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
