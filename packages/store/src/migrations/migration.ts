/** One step of the schema; never edited once it was released. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}
