/** Where things are on the track's canvas, from its size and the number of lanes. Pure; all in CSS pixels. */

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Height of the strip with the live order, at the top. */
  readonly chips: number;
  /** Where the sky ends and the far fence stands. */
  readonly horizon: number;
  /** Top of the first lane. */
  readonly lanesTop: number;
  readonly laneHeight: number;
  /** Bottom of the last lane. */
  readonly lanesBottom: number;
  /** Top and height of the minimap strip. */
  readonly mapTop: number;
  readonly mapHeight: number;
  /** Pixels per 100 design units: about the height of a racer. */
  readonly racer: number;
  /** Size of type on the track. */
  readonly text: number;
}

/** The layout of a stage with `lanes` lanes; everything stays readable down to 320 x 320. */
export function layout(width: number, height: number, lanes: number): Layout {
  const wide = width >= 720;
  const chips = wide ? 52 : 42;
  const mapHeight = wide ? 50 : 42;
  const sky = Math.max(wide ? 96 : 46, Math.round(height * 0.16));
  const horizon = chips + sky;
  const apron = Math.round(sky * 0.12) + 6;
  const lanesTop = horizon + apron;
  const mapTop = height - mapHeight;
  const laneHeight = Math.max(12, (mapTop - 8 - lanesTop) / Math.max(1, lanes));
  return {
    width,
    height,
    chips,
    horizon,
    lanesTop,
    laneHeight,
    lanesBottom: lanesTop + laneHeight * lanes,
    mapTop,
    mapHeight,
    racer: Math.round(Math.min(wide ? 116 : 78, Math.max(34, laneHeight * 1.26), width / 5.2)),
    text: 14,
  };
}

/** Where the feet of a lane's racer stand. */
export function groundOf(place: Layout, lane: number): number {
  return place.lanesTop + place.laneHeight * (lane + 1) - Math.max(5, place.laneHeight * 0.16);
}
