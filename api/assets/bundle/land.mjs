// The outline of Great Britain and Ireland, out of Natural Earth (public domain).

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { merge } from "topojson-client";

// The United Kingdom, Ireland, and the islands between and off them (ISO 3166-1).
const COUNTRIES = new Set(["826", "372", "833", "832", "831"]);
// Some fifty metres; the outline itself is good to some hundred.
const DECIMALS = 3;

/** A GeoJSON feature: one MultiPolygon of longitudes and latitudes. */
export function land(packages) {
  const atlas = join(packages, "world-atlas/countries-10m.json");
  const topology = JSON.parse(readFileSync(atlas, "utf8"));
  const wanted = topology.objects.countries.geometries.filter(({ id }) =>
    COUNTRIES.has(id),
  );
  const { coordinates } = merge(topology, wanted);
  const here = coordinates.filter(
    ([[[longitude, latitude]]]) => longitude > -12 && latitude > 49,
  );
  return {
    type: "Feature",
    properties: { source: "Natural Earth 1:10m, public domain" },
    geometry: {
      type: "MultiPolygon",
      coordinates: here.map((rings) => rings.map(rounded)),
    },
  };
}

function rounded(ring) {
  return ring.map((place) => place.map((degrees) => Number(degrees.toFixed(DECIMALS))));
}
