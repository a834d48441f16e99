import { holdScenarios } from "./hold.js";

holdScenarios(7);
