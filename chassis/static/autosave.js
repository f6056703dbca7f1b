// Saves a form while it is filled in: PUT of what changed since the last success, as JSON, with retries.
//
// <form id="answers" data-autosave="/…address…"> and inputs with data-save="group" data-save-key="key" become
// {"group": {"key": value}}. Digits become numbers with data-save-number; an emptied input becomes null.
// The status line is the macro save_status(form_id). After each success the form emits "autosave:saved" with the
// answer of the server as detail. Without this script the form is an ordinary one with a button.

const PAUSE = 600; // ms after the last keystroke
const FIRST_RETRY = 1000, LONGEST_RETRY = 30000; // ms, doubling, plus up to a quarter so that clients spread

for (const form of document.querySelectorAll("form[data-autosave]")) start(form);

function start(form) {
  const line = document.querySelector(`[data-save-status-of="${CSS.escape(form.id)}"]`);
  const changed = new Map();
  let timer, busy = false, refused = false, wait = FIRST_RETRY;

  form.addEventListener("input", (event) => note(event.target, PAUSE));
  form.addEventListener("change", (event) => note(event.target, 0));
  form.addEventListener("submit", () => { changed.clear(); clearTimeout(timer); });
  addEventListener("online", () => { if (changed.size) plan(0); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && changed.size) plan(0); });
  addEventListener("beforeunload", (event) => { if (changed.size || busy) event.preventDefault(); });

  function note(input, delay) {
    if (!input.dataset.save || refused) return;
    changed.set(`${input.dataset.save}\n${input.dataset.saveKey}`, valueOf(input));
    tell("saving");
    plan(delay);
  }

  function valueOf(input) {
    const off = input.type === "radio" || input.type === "checkbox" ? !input.checked : input.value.trim() === "";
    if (off) return null;
    return "saveNumber" in input.dataset && /^-?\d+$/.test(input.value) ? Number(input.value) : input.value;
  }

  function plan(delay) {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  }

  async function save() {
    if (busy || !changed.size) return;
    busy = true;
    const sent = new Map(changed);
    let answer = null;
    try {
      answer = await fetch(form.dataset.autosave, {
        method: "PUT", credentials: "same-origin", keepalive: true,
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify(nested(sent)),
      });
    } catch { /* no connection: retried below */ }
    busy = false;
    if (answer?.ok) return succeeded(sent, answer);
    if (answer && answer.status < 500 && answer.status !== 408 && answer.status !== 429) return gaveUp();
    tell("retrying");
    const asked = Number(answer?.headers.get("Retry-After")) * 1000 || 0;
    plan(Math.max(asked, wait * (1 + Math.random() / 4)));
    wait = Math.min(wait * 2, LONGEST_RETRY);
  }

  async function succeeded(sent, answer) {
    wait = FIRST_RETRY;
    for (const [key, value] of sent) if (changed.get(key) === value) changed.delete(key);
    if (changed.size) plan(0); else tell("saved");
    const detail = await answer.json().catch(() => ({}));
    form.dispatchEvent(new CustomEvent("autosave:saved", { detail }));
  }

  // The server will not take it, now or later: say so and stop promising.
  function gaveUp() {
    refused = true;
    changed.clear();
    tell("refused");
  }

  function tell(state) {
    if (!line || line.dataset.state === state) return;
    line.dataset.state = state;
    line.classList.toggle("failing", state === "retrying" || state === "refused");
    line.textContent = line.dataset[state];
  }
}

function nested(entries) {
  const body = {};
  for (const [path, value] of entries) {
    const [group, key] = path.split("\n");
    (body[group] ??= {})[key] = value;
  }
  return body;
}
