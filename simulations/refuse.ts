import { SluiceError } from "../src/errors.js";

/** Ends a call whose options can't be. @throws SluiceError `ERR_SLUICE_OPTION` with this message */
export function refuse(message: string): never {
  throw new SluiceError("ERR_SLUICE_OPTION", message);
}
