// Keeps what never changes (files addressed by their content's hash) and one page for when there
// is no network. No page of the site itself is ever kept: it may be somebody's own.

const STORE = "gongzhi-1";
const OFFLINE = "/offline";

self.addEventListener("install", (event) => {
  // Without cookies, so that the kept page is nobody's.
  const request = new Request(OFFLINE, { credentials: "omit", cache: "reload" });
  event.waitUntil(caches.open(STORE).then((store) => store.add(request)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name !== STORE;
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

async function kept(request) {
  const store = await caches.open(STORE);
  const found = await store.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) {
    await store.delete(request, { ignoreSearch: true });
    await store.put(request, answer.clone());
  }
  return answer;
}

async function offline() {
  const store = await caches.open(STORE);
  return (await store.match(OFFLINE)) ?? Response.error();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/") && url.searchParams.has("v")) {
    event.respondWith(kept(request));
  } else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(offline));
  }
});
