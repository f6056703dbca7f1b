// A respondent's sheet: what is filled in goes into the queue at once, what other devices change appears here.
import { Queue, join } from "./queue.js";
import "./keys.js";
import "./speech.js";

const PAUSE = 600; // ms after the last keystroke in a note
const home = document.querySelector("[data-answers]");
const line = document.querySelector("[data-queue-status]");
const form = home.tagName === "FORM" ? home : null;
const queue = new Queue(home.dataset.answers, home.dataset.sheet);
const known = new Map(); // what the server holds as far as this page knows

const inputs = () => [...document.querySelectorAll("[data-save]")];
const pathOf = (input) => join(input.dataset.save, input.dataset.saveKey);
const empty = (path) => (path.startsWith("notes\n") ? "" : null);
const ofPath = (path) => inputs().filter((input) => pathOf(input) === path);

function valueOf(path) {
  const [first, ...rest] = ofPath(path);
  if (first.type !== "radio") return first.value.trim();
  const chosen = [first, ...rest].find((input) => input.checked)?.value ?? "";
  if (chosen === "") return null;
  return /^-?\d+$/.test(chosen) ? Number(chosen) : chosen;
}

function show(path, value) {
  for (const input of ofPath(path)) {
    if (input.type === "radio") input.checked = value !== null && input.value === String(value);
    else if (document.activeElement !== input) input.value = value;
  }
}

// Everything as the server has it, except what this device has still to send.
function sync(sheet) {
  const waiting = queue.read();
  for (const path of new Set(inputs().map(pathOf))) {
    const [part, question] = path.split("\n");
    const value = sheet[part][question] ?? empty(path);
    if (path in waiting) continue;
    if (JSON.stringify(known.get(path)) !== JSON.stringify(value)) show(path, value);
    known.set(path, value);
  }
  const progress = form && sheet.progress.fields[form.dataset.field];
  if (progress) {
    document.querySelector(".progress progress").value = progress.answered;
    document.querySelector(".progress .of").textContent =
      form.dataset.of.replace("{value}", progress.answered).replace("{maximum}", progress.asked);
  }
}

function words(path, value) {
  if (value === empty(path)) value = "";
  const input = ofPath(path).find((one) => one.type === "radio" && one.value === String(value));
  return input ? document.querySelector(`label[for="${CSS.escape(input.id)}"]`).textContent : String(value) || "–";
}

function conflicts() {
  for (const shown of document.querySelectorAll(".conflict")) shown.remove();
  for (const [path, entry] of Object.entries(queue.read())) {
    const question = "there" in entry && ofPath(path)[0]?.closest("[data-question]");
    if (!question) continue;
    const box = document.getElementById("conflict").content.cloneNode(true);
    box.querySelector("[data-there]").textContent = words(path, entry.there);
    for (const button of box.querySelectorAll("[data-take]")) {
      button.addEventListener("click", () => {
        const value = button.dataset.take === "there" ? entry.there : entry.value;
        known.set(path, entry.there);
        queue.decide(path, value, entry.there);
        show(path, value);
        conflicts();
        ofPath(path)[0].focus();
      });
    }
    ofPath(path)[0].closest("details")?.setAttribute("open", "");
    question.append(box);
  }
}

async function refresh() {
  const answer = await fetch(queue.address, { credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok) sync(await answer.json());
}

for (const path of new Set(inputs().map(pathOf))) {
  const [part, question] = path.split("\n");
  const seen = JSON.parse(form.elements.seen.value);
  known.set(path, seen[part][question] ?? empty(path));
}

queue.addEventListener("state", ({ detail }) => {
  line.classList.toggle("failing", !["saved", "saving"].includes(detail));
  line.textContent = line.dataset[detail];
});
queue.addEventListener("sheet", ({ detail }) => {
  sync(detail);
  conflicts();
});

const waiting = queue.read();
for (const [path, entry] of Object.entries(waiting)) if (ofPath(path).length) show(path, entry.value);
// What was entered before this script had come, on a slow connection.
for (const [path, shown] of known) {
  const value = valueOf(path);
  const plain = typeof shown === "string" ? shown.trim().replaceAll("\r\n", "\n") : shown;
  if (!(path in waiting) && value !== plain) queue.put(path, value, shown);
}
conflicts();

function note(event, delay) {
  if (!event.target.dataset?.save) return;
  const path = pathOf(event.target);
  queue.put(path, valueOf(path), known.get(path), delay);
}
form?.addEventListener("input", (event) => note(event, event.target.type === "radio" ? 0 : PAUSE));
form?.addEventListener("change", (event) => event.target.type !== "radio" && note(event, 0));

// The buttons lead on once everything is sent; without a connection they say that it is kept here.
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const then = event.submitter?.value === "overview" ? "thenOverview" : "thenNext";
  if (await settled()) location.assign(document.querySelector("[data-then-next]").dataset[then]);
});
for (const later of document.querySelectorAll("form[data-after-queue]")) {
  later.addEventListener("submit", async (event) => {
    if (!queue.sendable().length) return;
    event.preventDefault();
    if (await settled()) later.submit();
  });
}

async function settled() {
  while (queue.busy) await new Promise((done) => queue.addEventListener("state", done, { once: true }));
  const done = await queue.flush();
  if (!done) line.scrollIntoView({ block: "center" });
  return done;
}

addEventListener("pageshow", (event) => event.persisted && refresh());
document.addEventListener("visibilitychange", () => !document.hidden && form && refresh());
queue.flush();
