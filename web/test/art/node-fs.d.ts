/** The one function of Node that these tests call; Node's own types would change the browser's timers everywhere. */
declare module "node:fs" {
  export function readFileSync(path: string, encoding: "utf8"): string;
}
