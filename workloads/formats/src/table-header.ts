/** Where a table's columns lie, by the field each stands for. */
export type TableColumns<Field extends string> = Readonly<Partial<Record<Field, number>>>;

/** Finds the columns of a table by the names each may have, without case and punctuation. */
export function tableColumns<Field extends string>(
  header: readonly string[],
  names: Readonly<Record<Field, readonly string[]>>,
): TableColumns<Field> {
  const plain = header.map((name) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, ""));
  const columns: Partial<Record<Field, number>> = {};
  for (const field of Object.keys(names) as Field[]) {
    const index = plain.findIndex((name) => names[field].includes(name));
    if (index !== -1) columns[field] = index;
  }
  return columns;
}
