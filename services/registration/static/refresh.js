// Fetches a part of the page again: <div data-refresh="/address" data-every="10"> shows what the server renders there, every ten
// seconds while somebody looks at the page, and at once on the event "refresh". Without a connection the old part stays.

for (const region of document.querySelectorAll("[data-refresh]")) {
  addEventListener("refresh", () => refresh(region));
  setInterval(() => { if (!document.hidden) refresh(region); }, Number(region.dataset.every) * 1000);
}

async function refresh(region) {
  if (region.contains(document.activeElement)) return; // never from under somebody's fingers
  let answer;
  try {
    answer = await fetch(region.dataset.refresh, { credentials: "same-origin", redirect: "error" });
  } catch { return; }
  if (!answer.ok) return;
  const html = await answer.text();
  if (!region.contains(document.activeElement) && region.innerHTML !== html) region.innerHTML = html;
}
