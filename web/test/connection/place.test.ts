// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { browserPlace } from "../../src/session/place.js";

it("adds a place to the history only when it is another one, and hears the back button", () => {
  const place = browserPlace();
  const moves: string[] = [];
  place.onMove(() => moves.push(place.path()));
  const { length } = window.history;
  place.push("/r/K7AB2");
  place.push("/r/K7AB2");
  expect([place.path(), window.history.length - length, moves]).toEqual(["/r/K7AB2", 1, []]);
  place.replace("/boards?board=wins&period=day");
  expect([place.path(), window.history.length - length]).toEqual(["/boards?board=wins&period=day", 1]);
  window.dispatchEvent(new PopStateEvent("popstate"));
  expect(moves).toEqual(["/boards?board=wins&period=day"]);
});
