/** SQLite takes 32 766 parameters a statement, and no table has 32 columns. */
const ROWS_A_STATEMENT = 1_000;

/** Rows in slices that one statement takes. */
export function* slices<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT)
    yield rows.slice(start, start + ROWS_A_STATEMENT);
}
