/** The look of the table behind a chart. */

import { css } from "lit";

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
