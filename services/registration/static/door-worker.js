// The door without a network: keeps the page `door/offline` with its styles and scripts, and shows it where the door's own page does not
// come. The list stands beside it in the same cache, locked (door-list.js); with the event's end the whole cache goes.

const PAGE = new URL(registration.scope).pathname; // …/desk/<gathering>/door
const NAME = `door-${PAGE.split("/").at(-2)}`;
const SHELL = `${PAGE}/offline`;
const PATIENCE = 6000; // ms

addEventListener("install", (event) => event.waitUntil(fill().then(() => skipWaiting())));

addEventListener("fetch", (event) => {
  const { request } = event, { pathname } = new URL(request.url);
  if (request.mode === "navigate" && pathname === PAGE) event.respondWith(visit(request));
  else if (pathname.startsWith("/registration/static/")) event.respondWith(asset(request));
});

async function fill() {
  const shell = await fetch(SHELL, { credentials: "same-origin" });
  if (!shell.ok || shell.redirected) throw new Error("not signed in");
  const html = await shell.clone().text(), cache = await caches.open(NAME);
  await cache.addAll([...new Set(html.match(/\/registration\/static\/[^"]+/g))]);
  await cache.put(SHELL, shell);
}

async function visit(request) {
  try {
    return await Promise.race([fetch(request), new Promise((_, late) => setTimeout(late, PATIENCE))]);
  } catch {
    return (await caches.match(SHELL, { cacheName: NAME })) ?? Response.error();
  }
}

async function asset(request) {
  return (await caches.match(request, { cacheName: NAME })) ?? fetch(request);
}
