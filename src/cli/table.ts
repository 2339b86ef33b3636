import { displayWidth, padToWidth } from './display-width.ts';
import { type Colours, coloursFor, printable } from './terminal.ts';

interface Column<Row> {
  head: string;
  text(row: Row): string;
  colour?(row: Row, colours: Colours): (text: string) => string;
}

export interface Layout<Row> {
  /** The line of a row where a program reads it: it stays as it is from version to version. */
  line(row: Row): string;
  /** What people see. The last column is not padded: what may be long stands there. */
  columns: readonly Column<Row>[];
}

/** Lists rows: under heads on a terminal, else as plain lines. */
export const printRows = <Row>(rows: readonly Row[], { line, columns }: Layout<Row>): void => {
  if (!process.stdout.isTTY) for (const row of rows) console.log(line(row));
  else if (rows.length > 0) console.log(tableOf(rows, columns));
};

const tableOf = <Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string => {
  const colours = coloursFor(process.stdout);
  const cells = rows.map((row) => columns.map(({ text }) => printable(text(row))));
  const widths = columns.map(({ head }, place) =>
    Math.max(...[head, ...cells.map((texts) => texts[place] ?? '')].map(displayWidth)),
  );
  const lineOf = (texts: readonly string[], paint: (text: string, place: number) => string) =>
    texts
      .map((text, place) => {
        const isLast = place === columns.length - 1;
        return paint(isLast ? text : padToWidth(text, widths[place] ?? 0), place);
      })
      .join('  ')
      .trimEnd();
  const heads = columns.map(({ head }) => head);
  return [
    lineOf(heads, colours.heading),
    ...rows.map((row, index) =>
      lineOf(cells[index] ?? [], (text, place) => {
        const paint = columns[place]?.colour?.(row, colours);
        return paint ? paint(text) : text;
      }),
    ),
  ].join('\n');
};
