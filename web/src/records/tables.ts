/** The table behind a chart, folded away, and its look. */

import { css, html, type TemplateResult } from "lit";

export const tables = css`
  summary {
    display: inline-flex;
    align-items: center;
    min-height: 44px;
    font-size: var(--text-14);
    font-weight: 700;
    text-decoration: underline;
    text-decoration-color: var(--line);
    text-underline-offset: 4px;
    cursor: pointer;
  }
  .scroll {
    max-height: 320px;
    overflow: auto;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: var(--text-14);
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding: 6px 4px;
    border-bottom: 1px solid var(--line);
    text-align: end;
    font-weight: 400;
  }
  thead th {
    font-weight: 700;
  }
  th:first-child {
    text-align: start;
  }
`;

/** What a table holds: what each column is, and rows that begin with what they are of. */
export interface Numbers {
  readonly head: readonly string[];
  readonly rows: readonly (readonly [name: string, ...counts: string[]])[];
}

/** The numbers of the chart `id`, which has this title; `fold` is what unfolds them. */
export function numbersOf(id: string, title: string, fold: string, { head, rows }: Numbers): TemplateResult {
  return html`<details data-testid=${`table-${id}`}>
    <summary>${fold}</summary>
    <div class="scroll" tabindex="0" role="region" aria-label=${`${title} · ${fold}`}>
      <table>
        <thead>
          <tr>
            ${head.map((name) => html`<th scope="col">${name}</th> `)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ([name, ...counts]) =>
              html`<tr>
                <th scope="row">${name}</th>
                ${counts.map((count) => html`<td>${count}</td> `)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
