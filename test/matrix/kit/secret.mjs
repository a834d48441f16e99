/** The key that SDKs sign with: it must be seen nowhere. */
export const SECRET = "sk-secret-of-mine";
