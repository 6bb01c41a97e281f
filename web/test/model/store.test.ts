import { expect, it } from "vitest";
import { Store } from "../../src/model/store.js";

it("tells several changes of one turn once, and nothing when nothing changed", async () => {
  const store = new Store({ a: 1, b: 1 });
  const told: number[] = [];
  const stop = store.subscribe(() => told.push(store.state.a));
  store.patch({ a: 2 });
  store.patch({ a: 3 });
  expect(store.state.a).toBe(3);
  await Promise.resolve();
  expect(told).toEqual([3]);
  store.set(store.state);
  await Promise.resolve();
  expect(told).toEqual([3]);
  stop();
  store.patch({ b: 2 });
  await Promise.resolve();
  expect(told).toEqual([3]);
});

it("tells a change that a listener made", async () => {
  const store = new Store(1);
  const told: number[] = [];
  store.subscribe(() => {
    told.push(store.state);
    if (store.state < 3) store.set(store.state + 1);
  });
  store.set(2);
  await new Promise((resolve) => setTimeout(resolve));
  expect(told).toEqual([2, 3]);
});
