import type { PageData } from "../page-data.js";
import { start } from "./start.js";

start(JSON.parse(document.getElementById("data")?.textContent ?? "{}") as PageData);
