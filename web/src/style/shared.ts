/** Styles that every element's shadow shares: reset, type, buttons, fields, cards, focus. One sheet, adopted by all. */

import { css } from "lit";

export const shared = css`
  :host {
    display: block;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h1,
  h2,
  h3 {
    line-height: 1.2;
    letter-spacing: -0.01em;
    text-wrap: balance;
  }
  h1 {
    font-size: var(--text-28);
    font-weight: 800;
  }
  h2 {
    font-size: var(--text-20);
    font-weight: 800;
  }
  h3 {
    font-size: var(--text-16);
    font-weight: 700;
  }
  .soft {
    color: var(--ink-soft);
  }
  .small {
    font-size: var(--text-14);
  }
  .figures {
    font-variant-numeric: tabular-nums;
  }
  .clip {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    min-width: 0;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .stack {
    display: grid;
    gap: var(--space-3);
    grid-template-columns: minmax(0, 1fr);
  }
  .row {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    min-width: 0;
  }
  .wrap {
    flex-wrap: wrap;
  }
  .grow {
    flex: 1;
    min-width: 0;
  }
  .card {
    background: var(--paper-raised);
    border: 1px solid var(--line);
    border-radius: var(--radius-m);
    padding: var(--space-4);
    box-shadow: 0 2px 0 var(--shadow);
  }
  svg {
    flex: none;
  }
  .center {
    justify-content: center;
    text-align: center;
  }
  .end {
    text-align: end;
  }
  .block {
    display: block;
  }
  main:focus {
    outline: none;
  }
  :focus-visible {
    outline: 3px solid var(--signal-text);
    outline-offset: 2px;
  }
`;

export const buttons = css`
  button,
  .button {
    appearance: none;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-width: 44px;
    min-height: 44px;
    padding: var(--space-2) var(--space-4);
    border: 1.5px solid var(--line);
    border-radius: var(--radius-m);
    background: var(--paper-raised);
    color: var(--ink);
    font: inherit;
    font-weight: 700;
    line-height: 1.2;
    text-decoration: none;
    text-align: center;
    cursor: pointer;
    box-shadow: 0 2px 0 var(--line);
    transition:
      transform var(--motion) ease,
      box-shadow var(--motion) ease,
      background-color var(--motion) ease;
    touch-action: manipulation;
    user-select: none;
  }
  button:active:not(:disabled),
  .button:active {
    transform: translateY(2px);
    box-shadow: none;
  }
  button:disabled {
    cursor: not-allowed;
    color: var(--ink-soft);
    background: var(--paper);
    box-shadow: none;
    border-style: dashed;
  }
  @media (hover: hover) {
    button:hover:not(:disabled),
    .button:hover {
      border-color: var(--ink-soft);
    }
  }
  .primary {
    min-height: 56px;
    width: 100%;
    border-color: transparent;
    background: var(--signal);
    color: var(--signal-ink);
    font-size: var(--text-20);
    font-weight: 800;
    box-shadow: 0 4px 0 color-mix(in srgb, var(--signal) 62%, black);
  }
  .primary:active:not(:disabled) {
    transform: translateY(4px);
  }
  .primary:disabled {
    border-color: var(--line);
  }
  .turf {
    border-color: transparent;
    background: var(--turf-deep);
    color: var(--chalk);
    box-shadow: 0 3px 0 color-mix(in srgb, var(--turf-deep) 60%, black);
  }
  .danger {
    color: var(--danger);
  }
  .quiet {
    border-color: transparent;
    background: transparent;
    box-shadow: none;
  }
  .icon {
    padding: 0;
    width: 44px;
  }
`;

export const fields = css`
  label,
  legend {
    font-weight: 700;
    font-size: var(--text-14);
  }
  input:not([type="checkbox"]):not([type="radio"]):not([type="range"]),
  textarea,
  select {
    appearance: none;
    display: block;
    width: 100%;
    min-height: 48px;
    padding: var(--space-2) var(--space-3);
    border: 1.5px solid var(--ink-soft);
    border-radius: var(--radius-s);
    background: var(--paper-raised);
    color: var(--ink);
    font: inherit;
  }
  textarea {
    resize: vertical;
    min-height: 96px;
  }
  ::placeholder {
    color: var(--ink-soft);
    opacity: 1;
  }
  input[aria-invalid="true"] {
    border-color: var(--danger);
  }
  .field {
    display: grid;
    gap: var(--space-1);
    grid-template-columns: minmax(0, 1fr);
  }
  .problem {
    color: var(--danger);
    font-weight: 600;
    font-size: var(--text-14);
  }
  .hint {
    color: var(--ink-soft);
    font-size: var(--text-14);
  }
`;
