// The map itself: land, scale, full screen; north is up and stays there.

import {
  FullscreenControl,
  Map as Plan,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from "maplibre-gl";

const SEA = "#e6eef2";
const GROUND = "#f7f7f5";
// Beyond this zoom the outline is coarser than the picture: no coast is better than a
// false one.
const COAST_UNTIL = [9, 12];

// WORKER and LAND are this build's file names.
const address = (name) => new URL(name, import.meta.url).href;
setWorkerUrl(address(WORKER));

/** Whether this browser can draw the map at all. */
export function canDraw() {
  const probe = document.createElement("canvas").getContext("webgl2");
  probe?.getExtension("WEBGL_lose_context")?.loseContext();
  return Boolean(probe);
}

/**
 * A map in `container` over `bounds`, once its style stands; `whole` is the element
 * that fills the screen on demand.
 */
export async function open({ container, whole, bounds }) {
  const map = new Plan({
    container,
    style: style(),
    bounds,
    fitBoundsOptions: { padding: 40, maxZoom: 17 },
    maxZoom: 20,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    rollEnabled: false,
    renderWorldCopies: false,
    attributionControl: { compact: false, customAttribution: "Outline: Natural Earth" },
    // Two fingers or a key with the wheel: the page's own scrolling stays the page's.
    cooperativeGestures: true,
    locale: { "Map.Title": "Map; arrow keys move it, plus and minus zoom" },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new FullscreenControl({ container: whole }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric", maxWidth: 120 }), "bottom-left");
  map.addControl(north, "top-left");
  await new Promise((resolve) => map.once("load", resolve));
  return map;
}

function style() {
  const fading = [
    "interpolate",
    ["linear"],
    ["zoom"],
    COAST_UNTIL[0],
    SEA,
    COAST_UNTIL[1],
    GROUND,
  ];
  return {
    version: 8,
    sources: { land: { type: "geojson", data: address(LAND), tolerance: 0.2 } },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": fading } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": GROUND } },
    ],
  };
}

const north = {
  onAdd() {
    this.element = document.createElement("div");
    this.element.className = "maplibregl-ctrl app-map__north";
    this.element.textContent = "↑ North";
    return this.element;
  },
  onRemove() {
    this.element.remove();
  },
};

/** Resolves when all that was asked for has been drawn. */
export function drawn(map) {
  return new Promise((resolve) => map.once("idle", resolve));
}
