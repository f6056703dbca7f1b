// Makes registering callers quicker; the page works without it. Shows the privacy notice in the caller's language alone, whether
// there are seats for the group, who looks alike while the clerk types, and tells screen readers what became of the last call.
import "./refresh.js";

const PAUSE = 350; // ms after the last keystroke
const form = document.getElementById("intake");

if (form) {
  const language = form.elements.language, companions = form.elements.companions;
  language.addEventListener("change", () => showNotice(language.value));
  companions?.addEventListener("change", showVerdict);
  form.elements.quota?.addEventListener("change", showVerdict);
  form.addEventListener("input", hint);
  addEventListener("refresh", showVerdict);
  showNotice(language.value);
  showVerdict();
}

function showNotice(code) {
  for (const text of form.querySelectorAll("[data-notice]")) {
    text.hidden = text.dataset.notice !== code;
    text.open = !text.hidden;
  }
}

function showVerdict() {
  const line = document.getElementById("verdict");
  const free = Number(document.querySelector("[data-free]").dataset.free);
  const kept = document.querySelector(`[data-kept="${CSS.escape(form.elements.quota?.value ?? "")}"]`);
  const people = 1 + (Number(form.elements.companions?.value) || 0);
  const words = people <= free + (Number(kept?.dataset.left) || 0) ? line.dataset.fits : line.dataset.waits;
  if (line.textContent !== words) line.textContent = words;
}

let timer, asked = 0;

function hint(event) {
  if (!("alike" in event.target.dataset)) return;
  clearTimeout(timer);
  timer = setTimeout(lookUp, PAUSE);
}

async function lookUp() {
  const number = ++asked;
  const body = new URLSearchParams();
  for (const name of ["form_token", "name", "phone", "email"]) body.set(name, form.elements[name].value);
  let answer;
  try {
    answer = await fetch(form.dataset.similar, { method: "POST", body, credentials: "same-origin", redirect: "error" });
  } catch { return; }
  if (!answer.ok || number !== asked) return;
  const html = (await answer.text()).trim(), region = document.getElementById("alike");
  if (region.innerHTML.trim() !== html) region.innerHTML = html;
}

// A page that was just loaded is not read out from where the focus is: say it once more.
const said = document.querySelector("[data-say]");
if (said) {
  const line = document.createElement("p");
  line.className = "visually-hidden";
  line.setAttribute("role", "status");
  said.after(line);
  setTimeout(() => { line.textContent = said.innerText; }, 300);
}
