/** A table on its way out of the house: values are still numbers, names carry their units. */
export interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Column {
  readonly name: string;
  /** Digits after the point where people read it; absent for text and whole numbers. */
  readonly digits?: number;
}

/** null: not known, which is an empty cell and never 0. */
export type Cell = string | number | boolean | null;

/** A cell as people read it. */
export function cellText(cell: Cell | undefined, column: Column | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  if (typeof cell === 'string') return cell;
  if (column?.digits !== undefined) return cell.toFixed(column.digits);
  return String(cell);
}
