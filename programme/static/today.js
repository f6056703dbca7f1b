// Puts the day together: <li data-part> holds a link to another service's page of the day. What its lists say is sorted into the
// lists of this page, what ends first and what is newest on top. A service that is away stays a link.

const LISTS = [["[data-due]", 1], ["[data-done]", -1]]; // and in which direction they are sorted
const parts = [...document.querySelectorAll("[data-part]")];

for (const part of parts) take(part);

async function take(part) {
  let answer;
  try {
    answer = await fetch(part.querySelector("a").href, { credentials: "same-origin", redirect: "error" });
  } catch { return; }
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const [list, direction] of LISTS) {
    const here = document.querySelector(list);
    const entries = [...page.querySelectorAll(`${list} > li[data-at]`)];
    if (!here || !entries.length) continue;
    here.querySelector("[data-nothing]")?.remove();
    for (const entry of entries) insert(here, document.importNode(entry, true), direction);
  }
  part.dataset.taken = "";
}

function insert(list, entry, direction) {
  const at = time(entry);
  const next = [...list.children].find((other) => direction * (time(other) - at) > 0);
  list.insertBefore(entry, next ?? null);
}

function time(entry) {
  return entry.dataset.at ? Date.parse(entry.dataset.at) : Number.MAX_SAFE_INTEGER;
}
