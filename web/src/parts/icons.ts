/** Our own line icons on a 24 px grid; they always stand beside or inside something that has a name. */

import { svg, html, type SVGTemplateResult, type TemplateResult } from "lit";

const SHAPES = {
  share: svg`<path d="M12 15V4m0 0L8 8m4-4 4 4"/><path d="M6 12v6.5A1.5 1.5 0 0 0 7.5 20h9a1.5 1.5 0 0 0 1.5-1.500V12"/>`,
  copy: svg`<rect x="8.5" y="8.5" width="11" height="11" rx="2.5"/><path d="M5 15.500A1.5 1.5 0 0 1 4.5 14V6A1.5 1.5 0 0 1 6 4.500h8a1.5 1.5 0 0 1 1.5.9"/>`,
  qr: svg`<path d="M4.5 4.500h5v5h-5zM14.5 4.500h5v5h-5zM4.5 14.500h5v5h-5z"/><path d="M14.5 14.500h1.500v1.500M19.5 14.500v2M14.5 19.500h2M19.5 19.500h0"/>`,
  gear: svg`<path d="M4.5 7h9M17.5 7h2M4.5 17h2M10.5 17h9M4.5 12h2.500M11 12h8.5"/><circle cx="15.5" cy="7" r="2"/><circle cx="8.5" cy="17" r="2"/><circle cx="9" cy="12" r="2"/>`,
  menu: svg`<path d="M4.5 7h15M4.5 12h15M4.5 17h15"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  crown: svg`<path d="M4.5 17.500h15l1-9-4.7 3.300L12 6 8.2 11.8 3.5 8.500z" fill="currentColor"/>`,
  lock: svg`<rect x="5.5" y="10.5" width="13" height="9" rx="2.5"/><path d="M8.5 10.500V8a3.5 3.5 0 0 1 7 0v2.5"/>`,
  key: svg`<circle cx="8" cy="15.5" r="3.5"/><path d="m10.5 13 8-8M15.5 8l2.5 2.5"/>`,
  eye: svg`<path d="M3.5 12S6.5 6.5 12 6.5 20.5 12 20.5 12 17.5 17.5 12 17.5 3.5 12 3.5 12z"/><circle cx="12" cy="12" r="2.5"/>`,
  check: svg`<path d="m5.5 12.5 4.5 4.5 8.5-10"/>`,
  dice: svg`<rect x="4.5" y="4.5" width="15" height="15" rx="3.5"/><path d="M9 9h0M15 9h0M12 12h0M9 15h0M15 15h0" stroke-width="2.6"/>`,
  send: svg`<path d="M4.5 12 20 5l-4.5 14.5-4-6z"/>`,
  sun: svg`<circle cx="12" cy="12" r="3.8"/><path d="M12 3.500v2M12 18.500v2M3.5 12h2M18.5 12h2M6 6l1.4 1.400M16.6 16.6 18 18M18 6l-1.4 1.400M7.4 16.6 6 18"/>`,
  moon: svg`<path d="M19.5 14.500A8 8 0 0 1 9.5 4.500a8 8 0 1 0 10 10z"/>`,
  play: svg`<path d="M8 5.500v13l10.5-6.500z" fill="currentColor"/>`,
  pause: svg`<path d="M8.5 6v12M15.5 6v12" stroke-width="3"/>`,
  restart: svg`<path d="M5.5 12a6.5 6.5 0 1 0 2-4.7"/><path d="M5 4.500v4h4"/>`,
  shield: svg`<path d="M12 3.5 5 6v5.500c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6z"/><path d="m9 11.8 2.3 2.3 3.9-4.4"/>`,
  up: svg`<path d="M12 6.5 18 16H6z" fill="currentColor"/>`,
  clock: svg`<circle cx="12" cy="12" r="7.5"/><path d="M12 7.500V12l3 2"/>`,
  person: svg`<circle cx="12" cy="8.5" r="3.5"/><path d="M5.5 19.500c.6-3.6 3-5.5 6.5-5.500s5.9 1.9 6.5 5.5"/>`,
  door: svg`<path d="M13.5 4.500h4A1.5 1.5 0 0 1 19 6v12a1.5 1.5 0 0 1-1.5 1.500h-4M4.5 12h9m0 0-3.5-3.500M13.5 12 10 15.5"/>`,
  search: svg`<circle cx="10.5" cy="10.5" r="5.5"/><path d="m15 15 4.5 4.5"/>`,
  cup: svg`<path d="M5.5 9.500h10v5a4.5 4.5 0 0 1-4.5 4.500h-1a4.5 4.5 0 0 1-4.5-4.500z"/><path d="M15.5 11h1.500a2 2 0 0 1 0 4.500h-2M8.5 6.500c0-1 1-1 1-2M12 6.500c0-1 1-1 1-2"/>`,
  next: svg`<path d="M5 12h13m0 0-5-5m5 5-5 5"/>`,
  rosette: svg`<circle cx="12" cy="9.5" r="5.500"/><path d="m8.5 14-2 6 3.5-1.500L12 20.500l2-2 3.5 1.500-2-6"/><path d="M12 7.500v4"/>`,
  chart: svg`<path d="M4.5 19.500h15"/><path d="M7 19v-6M12 19V6M17 19v-9" stroke-width="3"/>`,
  fold: svg`<path d="m6.5 9.500 5.500 5.500 5.500-5.500"/>`,
  phones: svg`<rect x="4" y="6.5" width="7" height="12" rx="1.8"/><path d="M14 9h6m0 0-2.500-2.500M20 9l-2.500 2.500M20 15h-6m0 0 2.500-2.500M14 15l2.500 2.500"/>`,
  download: svg`<path d="M12 4.500v10m0 0-4-4m4 4 4-4M5.5 18.500h13"/>`,
  bin: svg`<path d="M5 7.500h14M9.5 7.500V5h5v2.500M7 7.500l1 12h8l1-12M10.5 11v5M13.5 11v5"/>`,
  pen: svg`<path d="m5 19 1-4L15.500 5.500l3 3L9 18z"/><path d="m13.5 7.500 3 3"/>`,
  flame: svg`<path d="M12 20.500c-3.500 0-6-2.300-6-5.500 0-4 4-5.500 4.500-10.500 3.500 2 7.500 6 7.500 10.500 0 3.200-2.500 5.500-6 5.500z"/>`,
  history: svg`<path d="M6 5.500h12M6 10h12M6 14.500h8M6 19h5"/>`,
} satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof SHAPES;

/** The icon as decoration, `size` px wide. */
export function icon(name: IconName, size = 24): TemplateResult {
  return html`<svg
    width=${size}
    height=${size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${SHAPES[name]}
  </svg>`;
}
