// Streets under the data, if a base map or tiles are set: they come when they come.

import { addProtocol } from "maplibre-gl";
import { PMTiles, Protocol, TileType } from "pmtiles";

const protocol = new Protocol();
addProtocol("pmtiles", protocol.tile);

const NAMES = ["name", "name1", "NAME", "road_name", "street", "ref"];
const STREET = "#8a8f94";
const AREA = "#dfe5dc";

/** Draw a PMTiles file beneath the layer `lowest`; rejects where it cannot be read. */
export async function addBasemap(map, address, lowest) {
  const url = new URL(address, document.baseURI).href;
  const archive = new PMTiles(url);
  protocol.add(archive);
  const header = await archive.getHeader();
  const vector = header.tileType === TileType.Mvt;
  const about = { attribution: "", url: `pmtiles://${url}` };
  map.addSource(
    "basemap",
    vector ? { type: "vector", ...about } : { type: "raster", tileSize: 256, ...about },
  );
  const layers = vector ? drawn(await archive.getMetadata()) : [raster("basemap")];
  for (const layer of layers) map.addLayer(layer, lowest);
}

/** Draw tiles of an address with {z}, {x} and {y} beneath the layer `lowest`. */
export function addTiles(map, address, lowest) {
  map.addSource("tiles", { type: "raster", tiles: [address], tileSize: 256 });
  map.addLayer(raster("tiles"), lowest);
}

function raster(source) {
  return { id: source, source, type: "raster", paint: { "raster-saturation": -0.6 } };
}

/** Layers of whatever a base map holds, pale so that the data stand out. */
function drawn({ vector_layers: layers }) {
  return [area, street, place].flatMap((kind) => layers.map(kind));
}

function area({ id }) {
  return {
    ...of(id, "area"),
    type: "fill",
    filter: ["==", ["geometry-type"], "Polygon"],
    paint: { "fill-color": AREA, "fill-outline-color": STREET },
  };
}

function street({ id }) {
  return {
    ...of(id, "street"),
    type: "line",
    filter: ["==", ["geometry-type"], "LineString"],
    paint: {
      "line-color": STREET,
      "line-opacity": 0.7,
      "line-width": [
        "interpolate",
        ["exponential", 2],
        ["zoom"],
        8,
        0.3,
        14,
        1.2,
        18,
        8,
      ],
    },
  };
}

/** Names, drawn from the browser's own letters: no font server is asked. */
function place({ id, fields = {} }) {
  const known = NAMES.filter((name) => name in fields).map((name) => ["get", name]);
  return {
    ...of(id, "name"),
    type: "symbol",
    minzoom: 13,
    layout: {
      "symbol-placement": id === "points" ? "point" : "line",
      "text-field": known.length ? ["to-string", ["coalesce", ...known]] : "",
      "text-font": ["Arial"],
      "text-size": 12,
    },
    paint: {
      "text-color": "#484d50",
      "text-halo-color": "#ffffff",
      "text-halo-width": 1.5,
    },
  };
}

function of(id, kind) {
  return { id: `basemap-${kind}-${id}`, source: "basemap", "source-layer": id };
}
