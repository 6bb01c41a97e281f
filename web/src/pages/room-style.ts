/** The layout of a room: one column on a phone with the action at the thumb, two from 900 px with talk on the right. */

import { css } from "lit";

export const room = css`
  .room {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: auto auto auto 1fr;
    grid-auto-rows: auto;
    min-height: calc(100dvh - var(--bar, 0px));
  }
  .head {
    position: sticky;
    top: var(--bar, 0px);
    z-index: 10;
    padding: calc(var(--space-2) + env(safe-area-inset-top)) var(--space-3) var(--space-2) var(--space-4);
    background: var(--turf-deep);
    color: var(--chalk);
    border-bottom: 3px solid var(--turf);
  }
  .head .row {
    gap: 2px;
  }
  .title {
    font-size: var(--text-20);
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--space-2);
  }
  .facts > span + span::before {
    content: "·";
    margin-right: var(--space-2);
  }
  .code {
    letter-spacing: 0.08em;
  }
  .onturf {
    border-color: transparent;
    background: transparent;
    box-shadow: none;
    color: var(--chalk);
  }
  .onturf:focus-visible {
    outline-color: var(--chalk);
  }
  .stage,
  .side {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: var(--space-4);
    padding: var(--space-4);
  }
  .side {
    padding-top: 0;
  }
  .people {
    padding: var(--space-3) var(--space-4) 0;
  }
  .foot {
    position: sticky;
    bottom: 0;
    z-index: 8;
    align-self: end;
  }
  .next {
    display: grid;
    gap: var(--space-1);
    padding: var(--space-3) var(--space-4) calc(var(--space-3) + env(safe-area-inset-bottom));
    border-top: 1px solid var(--line);
    background: var(--paper-raised);
    text-align: center;
  }
  .notice {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    padding: var(--space-2) var(--space-3);
    border: 1.5px dashed var(--signal-text);
    border-radius: var(--radius-m);
    color: var(--signal-text);
    font-weight: 700;
    font-size: var(--text-14);
  }
  .alone {
    display: grid;
    gap: var(--space-2);
    text-align: center;
  }
  .alone paddock-ticket {
    width: 100%;
    max-width: 420px;
    margin: 0 auto;
  }
  .alone .row {
    margin-top: var(--space-2);
  }
  .link {
    user-select: all;
    font-weight: 700;
    overflow-wrap: anywhere;
  }
  .text {
    white-space: pre-line;
  }
  /* The race takes the width of the phone; what people type stays in reach below it. */
  .room[ontrack] .stage {
    padding: 0;
  }
  .room[ontrack] .side {
    padding: var(--space-2) var(--space-3) calc(var(--space-3) + env(safe-area-inset-bottom));
  }
  @media (max-width: 899px) {
    .room:not([phase="gathering"]) .people,
    .room[ontrack] paddock-history {
      display: none;
    }
    /* With the keyboard up, what is being typed needs the room. */
    .room:has(.chat:focus-within) .foot {
      position: static;
    }
  }
  @media (min-width: 900px) {
    .room,
    .room[ontrack] {
      grid-template-columns: minmax(0, 1fr) 360px;
      grid-template-rows: auto auto minmax(0, 1fr) auto;
      max-width: 1280px;
      margin: 0 auto;
      padding: 0 var(--space-4);
      column-gap: var(--space-4);
      height: calc(100dvh - var(--bar, 0px));
    }
    .head {
      grid-column: 1 / -1;
      border-radius: 0 0 var(--radius-m) var(--radius-m);
      padding-inline: var(--space-4);
    }
    .people {
      grid-column: 2;
      grid-row: 2;
      max-height: 42dvh;
      overflow-y: auto;
      margin-top: var(--space-4);
      padding: var(--space-3) var(--space-4);
      border: 1px solid var(--line);
      border-radius: var(--radius-m);
      background: var(--paper-raised);
    }
    .stage,
    .room[ontrack] .stage {
      grid-column: 1;
      grid-row: 2 / 4;
      min-height: 0;
      overflow-y: auto;
      padding: var(--space-4) 4px;
    }
    .side,
    .room[ontrack] .side {
      grid-column: 2;
      grid-row: 3 / 5;
      min-height: 0;
      overflow-y: auto;
      display: flex;
      flex-direction: column;
      padding: var(--space-4) 0;
    }
    .chat {
      flex: 1 0 240px;
    }
    .foot {
      grid-column: 1;
      grid-row: 4;
    }
    .foot {
      margin-bottom: var(--space-4);
    }
    .next {
      grid-auto-flow: column;
      grid-auto-columns: auto;
      justify-content: center;
      align-items: center;
      gap: var(--space-4);
      padding-block: var(--space-2);
      border: 1px solid var(--line);
      border-radius: var(--radius-m);
    }
    .next .primary {
      min-width: 320px;
    }
  }
`;
