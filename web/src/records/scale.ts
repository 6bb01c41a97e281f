/** Round numbers for the scale of a chart. Pure. */

const ROUND = [1, 2, 5, 10] as const;

/** At most `lines` whole numbers above zero in equal steps, the last of them not below `most`. */
export function steps(most: number, lines: number): readonly number[] {
  const least = Math.max(1, most) / lines;
  const ten = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const step = Math.max(1, (ROUND.find((one) => one * ten >= least) ?? 10) * ten);
  return Array.from({ length: Math.ceil(Math.max(1, most) / step) }, (_, at) => (at + 1) * step);
}
