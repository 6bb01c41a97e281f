/** The look of a leaderboard: rows with a rosette, one's own row marked, and one's own place at the foot. */

import { css } from "lit";

export const board = css`
  .choices {
    display: grid;
    gap: var(--space-3);
    grid-template-columns: minmax(0, 1fr);
  }
  ol {
    padding: 0 var(--space-3);
  }
  .row {
    min-height: 64px;
    border-top: 1px solid var(--line);
  }
  .row:first-child {
    border-top: 0;
  }
  .mine {
    margin: 0 calc(-1 * var(--space-3));
    padding: 0 var(--space-3);
    background: color-mix(in srgb, var(--signal) 14%, var(--paper-raised));
  }
  .name {
    font-weight: 700;
  }
  a.name:not(.button) {
    line-height: 28px;
    text-decoration-color: var(--line);
  }
  .value {
    flex: none;
    font-size: var(--text-20);
    font-weight: 900;
  }
  .you {
    flex: none;
    padding: 1px var(--space-2);
    border-radius: var(--radius-s);
    background: var(--signal);
    color: var(--signal-ink);
    font-weight: 700;
  }
  .round {
    width: 40px;
    height: 40px;
    border-radius: 50%;
  }
  .more {
    width: 100%;
    margin-top: var(--space-3);
  }
  .own {
    position: sticky;
    bottom: calc(var(--space-2) + env(safe-area-inset-bottom));
    z-index: 5;
    display: flex;
    align-items: center;
    gap: var(--space-2);
    min-height: 64px;
    padding: var(--space-2) var(--space-4);
    border: 2px solid var(--signal);
    border-radius: var(--radius-m);
    background: var(--paper-raised);
    box-shadow: 0 4px 18px var(--shadow);
  }
  @media (min-width: 720px) {
    .choices {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
  }
`;
