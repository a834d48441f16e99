/** Placeholder until the dialect tables land: the type of one provider's table. */
export interface Dialect {
  readonly name: string;
}
