/** What the pages of records have in common: the column, its head, rows, and the bones shown while one waits. */

import { css } from "lit";

export const records = css`
  main {
    display: grid;
    gap: var(--space-4);
    grid-template-columns: minmax(0, 1fr);
    max-width: 860px;
    margin: 0 auto;
    padding: var(--space-3) var(--space-4) calc(var(--space-6) + env(safe-area-inset-bottom));
  }
  .lead {
    margin-top: var(--space-1);
  }
  a:not(.button) {
    color: inherit;
    text-decoration-thickness: 1px;
    text-underline-offset: 3px;
  }
  .bone {
    display: block;
    min-height: 1em;
    border-radius: var(--radius-s);
    background: var(--line);
    animation: breathe 1.4s ease-in-out infinite alternate;
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .bone {
      animation: none;
    }
  }
  [aria-busy="true"] > .waits {
    opacity: 0.55;
  }
  .nothing {
    display: grid;
    justify-items: center;
    gap: var(--space-3);
    padding: var(--space-5) var(--space-4);
    text-align: center;
  }
  .nothing paddock-racer {
    width: 132px;
    height: 110px;
  }
`;
