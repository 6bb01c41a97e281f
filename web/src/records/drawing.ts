/** Lines of charts as a steady hand draws them: nearly straight, and the same ones every time. Pure numbers. */

/** How far a corner may be off, in px. */
const OFF = 1.4;

/** The path of a post of this size, its corners a little off; `seed` tells posts apart. */
export function wobbly(x: number, y: number, wide: number, high: number, seed: number): string {
  const off = (corner: number): number => (unit(seed * 7 + corner) - 0.5) * 2 * Math.min(OFF, wide / 6);
  const at = (px: number, py: number): string => `${px.toFixed(1)} ${py.toFixed(1)}`;
  const foot = y + high;
  return `M${at(x + off(1), foot)}L${at(x + off(2), y + off(3))}Q${at(x + wide / 2, y + off(4) - 1)} ${at(x + wide + off(5), y + off(6))}L${at(x + wide + off(7), foot)}Z`;
}

/** A number from 0 to 1 that looks like chance and is none. */
function unit(seed: number): number {
  const turned = Math.sin(seed * 12.9898 + 4.1414) * 43758.5453;
  return turned - Math.floor(turned);
}
