// A map beside a list, or a map to pick a place on. Leaflet and markercluster come as globals.
//
// .map[data-geojson-url] shows points ({id, title, url} each); with data-list="id", moving the map
// sorts that element's [data-map-item] into its [data-map-here] and [data-map-elsewhere] lists.
// A map that is not shown, as on a phone in front of the list, loads nothing until it is.
// .map[data-pick="lat-id,lng-id"] writes the place that was pressed into two inputs.

const L = /** @type {any} */ (window).L;
const COLOURS = { water: "#b9d3e0", green: "#cfe0cb", road: "#ffffff", area: "#8b8577" };
const CITY = [31.2304, 121.4737];

/** @param {string | undefined} url */
async function load(url) {
  if (!url) return null;
  const answer = await fetch(url, { headers: { Accept: "application/geo+json, application/json" } });
  return answer.ok ? answer.json() : null;
}

/** @param {any} feature */
function paint(feature) {
  const kind = /** @type {keyof typeof COLOURS} */ (feature.properties?.kind ?? "area");
  const colour = COLOURS[kind] ?? COLOURS.area;
  const filled = kind === "water" || kind === "green";
  return { color: colour, weight: kind === "road" ? 3 : 1, fill: filled, fillColor: colour, fillOpacity: 1 };
}

/** @param {string} title */
function pin(title) {
  const html = '<span class="bi bi-geo-alt-fill" aria-hidden="true"></span>';
  const icon = L.divIcon({ className: "pin", html, iconSize: [44, 44], iconAnchor: [22, 36] });
  return { icon, title, alt: title, keyboard: true };
}

/** @param {any} group */
function clusterIcon(group) {
  return L.divIcon({ className: "cluster", html: String(group.getChildCount()), iconSize: [44, 44] });
}

/** @param {HTMLElement} box */
function open(box) {
  const centre = box.dataset.centre?.split(",").map(Number) ?? CITY;
  // markercluster throws on a map without a greatest zoom.
  const map = L.map(box, { center: centre, zoom: Number(box.dataset.zoom ?? 13), maxZoom: 18, zoomSnap: box.dataset.tiles ? 1 : 0.25, zoomControl: false });
  const { zoomIn, zoomOut } = box.dataset;
  L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
  map.attributionControl.setPrefix(false);
  for (const tiles of (box.dataset.tiles ?? "").split(" ").filter(Boolean)) {
    L.tileLayer(tiles, { maxZoom: 18, subdomains: "01234567" }).addTo(map);
  }
  return map;
}

/** @param {any} feature */
function popup(feature) {
  const link = document.createElement("a");
  link.textContent = feature.properties.title;
  link.href = feature.properties.url;
  return link;
}

/** @param {any} map @param {any} points @returns {Map<string, any>} places by item id */
function addPoints(map, points) {
  const cluster = L.markerClusterGroup({ iconCreateFunction: clusterIcon, showCoverageOnHover: false });
  const places = new Map();
  for (const feature of points.features) {
    const [lng, lat] = feature.geometry.coordinates;
    const marker = L.marker([lat, lng], pin(feature.properties.title)).bindPopup(popup(feature));
    places.set(String(feature.properties.id), marker.getLatLng());
    cluster.addLayer(marker);
  }
  map.addLayer(cluster);
  if (places.size) map.fitBounds(cluster.getBounds(), { maxZoom: 15, padding: [24, 24], animate: false });
  return places;
}

/** @param {any} map @param {Map<string, any>} places @param {HTMLElement} list */
function sortWithMap(map, places, list) {
  const here = list.querySelector("[data-map-here]");
  const elsewhere = list.querySelector("[data-map-elsewhere]");
  const items = [...list.querySelectorAll("[data-map-item]")];
  map.on("moveend", () => {
    const bounds = map.getBounds();
    for (const item of items) {
      const place = places.get(item.getAttribute("data-map-item") ?? "");
      (place && bounds.contains(place) ? here : elsewhere)?.append(item);
    }
    for (const part of [here, elsewhere]) {
      part?.closest("[data-map-part]")?.toggleAttribute("hidden", !part.childElementCount);
    }
    list.querySelector("[data-map-heading]")?.removeAttribute("hidden");
  });
}

/** @param {any} feature @param {any} layer */
function nameArea(feature, layer) {
  const name = feature.properties?.name;
  if (name) layer.bindTooltip(document.createTextNode(name), { permanent: true, direction: "center", className: "area-name" });
}

/** @param {any} map @param {HTMLInputElement} lat @param {HTMLInputElement} lng @param {string} title */
function pick(map, lat, lng, title) {
  /** @type {any} */ let marker = null;
  const put = (/** @type {any} */ at, chosen = true) => {
    marker ??= L.marker(at, { ...pin(title), draggable: true }).addTo(map)
      .on("dragend", () => put(marker.getLatLng()));
    marker.setLatLng(at);
    lat.value = at.lat.toFixed(6);
    lng.value = at.lng.toFixed(6);
    // A form that saves itself has nothing to save before somebody has moved the pin.
    if (chosen) lng.dispatchEvent(new Event("input", { bubbles: true }));
  };
  map.on("click", (/** @type {any} */ event) => put(event.latlng));
  if (lat.value && lng.value) {
    put(L.latLng(Number(lat.value), Number(lng.value)), false);
    map.setView(marker.getLatLng(), 16);
  }
}

/** @param {HTMLElement} box */
async function show(box) {
  const map = open(box);
  const [ground, points] = await Promise.all([load(box.dataset.baseUrl), load(box.dataset.geojsonUrl)]);
  if (ground) {
    const layer = L.geoJSON(ground, { style: paint, interactive: false, onEachFeature: nameArea }).addTo(map);
    const bounds = layer.getBounds();
    if (bounds.isValid() && !box.dataset.centre) map.fitBounds(bounds, { animate: false });
  }
  const list = document.getElementById(box.dataset.list ?? "");
  if (points) {
    const places = addPoints(map, points);
    if (list) sortWithMap(map, places, list);
  }
  const [lat, lng] = (box.dataset.pick ?? "").split(",").map((id) => document.getElementById(id.trim()));
  if (lat instanceof HTMLInputElement && lng instanceof HTMLInputElement) {
    pick(map, lat, lng, box.dataset.pickTitle ?? "");
  }
}

const watch = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    watch.unobserve(target);
    void show(/** @type {HTMLElement} */ (target));
  }
}, { rootMargin: "9999px" });
for (const box of document.querySelectorAll(".map")) watch.observe(box);
