// The list of the door for a time without a network. With one, it is fetched and kept in this browser's cache, locked (AES-GCM) with a key
// that belongs to this sign-in and stands in this tab alone: closing the tab or signing in anew makes the kept list unreadable. Without
// one, `door/offline` opens it: initials and codes; a name is shown when somebody asks for it. What is pressed goes through door.js.

const region = document.getElementById("door-list"), words = region.dataset;
const cacheName = `door-${words.gathering}`, place = `${words.page}/list`; // the place is a name in the cache, no address of the server
const keyName = `door-key:${words.gathering}`, queue = `door:${words.gathering}`;
const shown = region.querySelector("ul"), state = region.querySelector("[role=status]"), entry = document.getElementById("field-entry");
const MOST = 50, FRESH = 120000; // entries shown, ms
let items = [];
const named = new Set(), came = new Set(); // whose name somebody asked for; who was noted here

await forget();
if ("offline" in words) await open();
else if ("serviceWorker" in navigator && globalThis.crypto?.subtle) await keep().catch(() => {}); // no network: what is kept stays

async function keep() {
  if (Date.now() - (await kept())?.headers.get("X-Kept-At") < FRESH && sessionStorage.getItem(keyName)) return ready();
  const answer = await fetch(words.list, { credentials: "same-origin", redirect: "error" });
  if (!answer.ok) return;
  const told = await answer.json();
  if (Date.parse(told.until) <= Date.now()) return;
  const iv = crypto.getRandomValues(new Uint8Array(12)), plain = new TextEncoder().encode(JSON.stringify(told.items));
  const locked = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await imported(told.key), plain);
  sessionStorage.setItem(keyName, told.key);
  const headers = { "X-Until": told.until, "X-Kept-At": String(Date.now()) };
  await (await caches.open(cacheName)).put(place, new Response(new Blob([iv, locked]), { headers }));
  await navigator.serviceWorker.register(words.worker, { scope: words.page });
  await ready();
}

async function ready() {
  await navigator.serviceWorker.ready;
  state.textContent = words.ready;
}

async function open() {
  const locked = await kept(), key = sessionStorage.getItem(keyName);
  if (!locked || !key) return void (state.textContent = words.none);
  const bytes = new Uint8Array(await locked.arrayBuffer());
  try {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes.slice(0, 12) }, await imported(key), bytes.slice(12));
    items = JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return void (state.textContent = words.none);
  }
  state.textContent = words.asof.replace("%(time)s", new Date(Number(locked.headers.get("X-Kept-At"))).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" }));
  entry.addEventListener("input", draw);
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) event.preventDefault(); // a name: looked for in the kept list
    setTimeout(draw);
  });
  addEventListener("refresh", draw);
  draw();
}

function draw() {
  const wanted = entry.value.trim().toLowerCase(), code = wanted.toUpperCase().replace(/[^0-9A-Z]/g, "");
  const fits = (one) => !wanted || one.name.toLowerCase().includes(wanted) || (code && one.code.startsWith(code));
  const waiting = new Set(), refused = new Set();
  for (const { body, refused: reason } of queued()) (reason === undefined ? waiting : refused).add(body.registration_id ?? body.code);
  for (const one of items) {
    if (refused.has(one.id) || refused.has(one.code)) came.delete(one.id);
    else if (waiting.has(one.id) || waiting.has(one.code)) came.add(one.id);
  }
  shown.replaceChildren(...items.filter(fits).slice(0, MOST).map((one) => line(one, waiting.has(one.id) || waiting.has(one.code))));
}

function line(one, noted) {
  const item = document.createElement("li"), who = document.createElement("bdi");
  who.textContent = named.has(one.id) ? one.name : one.initials || "–";
  const rest = ` · ${one.code.slice(0, 4)}-${one.code.slice(4)} · ${one.people === 1 ? words.person : words.people.replace("%(num)s", one.people)} `;
  item.append(who, rest);
  if (noted) item.append(`${words.noted} `);
  else if (one.here || came.has(one.id)) item.append(`${words.here} `);
  else item.append(arrival(one));
  if (one.name && !named.has(one.id)) item.append(button(words.show, one, () => { named.add(one.id); draw(); }));
  return item;
}

function arrival(one) {
  const form = document.createElement("form"), press = button(words.press, one);
  form.dataset.arrival = one.id;
  form.className = "arrival";
  press.type = "submit";
  press.className = "button";
  form.append(press);
  return form;
}

function button(label, one, act) {
  const made = document.createElement("button"), about = document.createElement("span");
  made.type = "button";
  made.className = "plain";
  about.className = "visually-hidden";
  about.textContent = ` – ${one.initials} ${one.code}`;
  made.append(label, about);
  if (act) made.addEventListener("click", act);
  return made;
}

function queued() {
  try { return JSON.parse(localStorage.getItem(queue) ?? "[]"); } catch { return []; }
}

function kept() {
  return globalThis.caches?.match(place, { cacheName });
}

function imported(key) {
  return crypto.subtle.importKey("raw", Uint8Array.from(atob(key), (sign) => sign.charCodeAt(0)), "AES-GCM", false, ["encrypt", "decrypt"]);
}

// Lists of events that are over go, with the pages beside them, whichever door is opened.
async function forget() {
  for (const name of (await globalThis.caches?.keys()) ?? []) {
    if (!name.startsWith("door-")) continue;
    const cache = await caches.open(name), [list] = (await cache.keys()).filter((one) => one.url.endsWith("/door/list"));
    if (!list || Date.parse((await cache.match(list)).headers.get("X-Until")) > Date.now()) continue;
    await caches.delete(name);
    sessionStorage.removeItem(`door-key:${name.slice(5)}`);
    await (await navigator.serviceWorker.getRegistration(list.url.replace(/\/list$/, "")))?.unregister();
  }
}
