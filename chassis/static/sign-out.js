// Signing out takes along what pages keep in a tab for whoever is signed in, in all tabs of this browser.

const NOTE = "signed-out";

document.querySelector("[data-sign-out]").addEventListener("submit", () => {
  sessionStorage.clear();
  try { localStorage.setItem(NOTE, String(Date.now())); } catch {} // full: the other tabs hear nothing
});
addEventListener("storage", (event) => { if (event.key === NOTE) sessionStorage.clear(); });
