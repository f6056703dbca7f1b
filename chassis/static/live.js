// Keeps parts of a page up to date: <div data-live="/…events…"> listens to server-sent events named "fragment",
// whose data is HTML rendered by the server; each of its top-level elements replaces the element of the same id.
// The browser reconnects by itself after a lost connection; after a refusal (say, during an update) this script does.

const FIRST_RETRY = 1000, LONGEST_RETRY = 30000; // ms

for (const region of document.querySelectorAll("[data-live]")) listen(region, FIRST_RETRY);

function listen(region, wait) {
  const line = region.querySelector("[data-live-status]");
  const source = new EventSource(region.dataset.live);
  source.addEventListener("open", () => { wait = FIRST_RETRY; tell(line, ""); });
  source.addEventListener("fragment", (event) => show(region, event.data));
  source.addEventListener("error", () => {
    tell(line, line?.dataset.lost ?? "");
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => listen(region, Math.min(wait * 2, LONGEST_RETRY)), wait * (1 + Math.random() / 4));
  });
  addEventListener("pagehide", () => source.close(), { once: true });
}

function show(region, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const fresh of [...template.content.children]) {
    const old = fresh.id && region.querySelector(`#${CSS.escape(fresh.id)}`);
    if (!old) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    old.replaceWith(fresh);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

function tell(line, words) {
  if (line && line.textContent !== words) line.textContent = words;
}
