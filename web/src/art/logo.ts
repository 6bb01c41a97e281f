/** The word mark: seven letters of rope, the O a cup of coffee seen from above. Drawn in the text's colour. */

import { svg, html, type TemplateResult } from "lit";

/** Letters as strokes on a box 80 high; `x` is where each begins. */
const LETTERS: readonly (readonly [x: number, path: string])[] = [
  [10, "M0 80V0H24a23 23 0 0 1 0 46H0"],
  [70, "M0 80 26 0 52 80M10 54H42"],
  [140, "M0 0V80H16a40 40 0 0 0 0-80Z"],
  [215, "M0 0V80H16a40 40 0 0 0 0-80Z"],
  [398, "M62 15A40 40 0 1 0 62 65"],
  [482, "M0 0V80M46 0 2 48M18 33 50 80"],
];

/** The word mark as an SVG that fills its box's width; `title` names it for screen readers. */
export function wordMark(title: string): TemplateResult {
  return html`<svg viewBox="0 -12 546 104" role="img" aria-label=${title} fill="none" stroke="currentColor" stroke-width="17" stroke-linecap="round" stroke-linejoin="round">
    ${LETTERS.map(([x, path]) => svg`<path d=${path} transform=${`translate(${x} 0)`}></path>`)}
    ${svg`<circle cx="332" cy="40" r="40"></circle>
    <circle cx="332" cy="40" r="24" fill="#6b3f22" stroke="none"></circle>
    <path d="M319 33c6-8 18-9 25-3" stroke="#c79a6b" stroke-width="5"></path>
    <path d="M362 12l10-10" stroke-width="15"></path>`}
  </svg>`;
}
