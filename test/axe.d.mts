import type { Page } from "playwright-core";

export function barriersOf(page: Page, rules?: readonly string[]): Promise<readonly string[]>;
