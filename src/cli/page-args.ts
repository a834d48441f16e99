import { UsageError } from "./command.js";
import { checkWritable } from "./writable.js";

export const DEFAULT_PAGE = "sluice-report.html";

/** Where a page goes, and whether it is looked at at once. */
export interface PageArgs {
  readonly path: string;
  readonly isOpened: boolean;
}

/** Where the page goes that `--report` and `--open` ask for. */
export function readPage(values: {
  readonly report?: string | undefined;
  readonly open: boolean;
}): PageArgs | undefined {
  if (values.report === undefined && !values.open) return undefined;
  const path = values.report ?? DEFAULT_PAGE;
  if (!/\.html?$/i.test(path))
    throw new UsageError(`--report writes a page; its name must end in .html, got '${path}'`);
  checkWritable("report", path, { isFolderMade: true });
  return { path, isOpened: values.open };
}
