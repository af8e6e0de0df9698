// True metres on the ground, drawn in degrees (WGS84).

const EQUATOR_M = 6378137;
const ECCENTRICITY_2 = 0.00669437999014;
// A polygon of 24 corners lies within 0.9 % of its circle, one of 48 within 0.3 %.
const CORNERS = { small: 24, large: 48 };
const SMALL_M = 50;
const DEGREE = Math.PI / 180;

/** A closed ring of [longitude, latitude] at `radius_m` round a place. */
export function circle([longitude, latitude], radius_m) {
  const [east, north] = degreesPerMetre(latitude);
  const length = radius_m <= SMALL_M ? CORNERS.small : CORNERS.large;
  const ring = Array.from({ length }, (_, corner) => {
    const turn = (2 * Math.PI * corner) / length;
    return [
      longitude + radius_m * Math.sin(turn) * east,
      latitude + radius_m * Math.cos(turn) * north,
    ];
  });
  return [...ring, ring[0]];
}

/** Degrees of longitude and of latitude that one metre takes at a latitude. */
function degreesPerMetre(latitude) {
  const phi = latitude * DEGREE;
  const flat = Math.sqrt(1 - ECCENTRICITY_2 * Math.sin(phi) ** 2);
  const alongParallel_m = (EQUATOR_M / flat) * Math.cos(phi);
  const alongMeridian_m = (EQUATOR_M * (1 - ECCENTRICITY_2)) / flat ** 3;
  return [1 / (alongParallel_m * DEGREE), 1 / (alongMeridian_m * DEGREE)];
}

/** [west, south, east, north] of places, or null where there are none. */
export function boundsOf(places) {
  if (!places.length) return null;
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [longitude, latitude] of places) {
    bounds[0] = Math.min(bounds[0], longitude);
    bounds[1] = Math.min(bounds[1], latitude);
    bounds[2] = Math.max(bounds[2], longitude);
    bounds[3] = Math.max(bounds[3], latitude);
  }
  return bounds;
}
