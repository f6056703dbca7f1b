// Checks people in over a bad connection. What was scanned or pressed is first kept in this browser (codes, ids and numbers, never
// names), then sent with an Idempotency-Key until the server has answered: however often it is sent, it counts once. What is not
// sent yet is said, survives a reload, and goes out in its order. Without this script the page is an ordinary one with forms.

const FIRST_RETRY = 1000, LONGEST_RETRY = 15000, PATIENCE = 8000; // ms
const CODE = /^[23456789BCDFGHJKMNPRSTVX]{8}$/; // the letters of domain/door_code.py
const box = document.getElementById("door");
const words = box.dataset, key = words.key;
const said = document.getElementById("said"), unsent = document.getElementById("unsent"), refusals = document.getElementById("refused");
let memory = [], busy = false, wait = FIRST_RETRY, timer;

document.getElementById("entry-form")?.addEventListener("submit", (event) => {
  const input = event.target.elements.entry;
  const code = input.value.toUpperCase().replace(/[^0-9A-Z]/g, "").slice(-8);
  if (!CODE.test(code)) return; // a name: the server looks it up
  event.preventDefault();
  add({ code });
  input.value = "";
  input.focus();
});

document.addEventListener("submit", (event) => {
  const id = event.target.dataset.arrival;
  if (!id) return;
  event.preventDefault();
  const people = event.target.elements.people;
  add({ registration_id: id, ...(people ? { people: Number(people.value) } : {}) });
  document.getElementById("field-entry")?.focus();
});

addEventListener("online", () => plan(0));
addEventListener("storage", (event) => { if (event.key === key) show(); });
show();
plan(0);

function add(pressed) {
  const body = words.meeting ? { ...pressed, meeting: words.meeting } : pressed; // kept until the next evening, it still counts for this one
  const last = read().filter((one) => one.refused === undefined).at(-1);
  if (last && JSON.stringify(last.body) === JSON.stringify(body)) return plan(0); // pressed twice, meant once
  change((kept) => [...kept, { nonce: crypto.randomUUID?.() ?? String(Math.random()) + Date.now(), body }]);
  plan(0);
}

function read() {
  try { return JSON.parse(localStorage.getItem(key) ?? "[]"); } catch { return memory; }
}

function change(how) {
  const entries = how(read());
  memory = entries;
  try { localStorage.setItem(key, JSON.stringify(entries)); } catch { say([words.full], "warning"); }
  show();
}

function plan(delay) {
  clearTimeout(timer);
  timer = setTimeout(send, delay);
}

async function send() {
  const entry = read().find((one) => one.refused === undefined);
  if (busy || !entry) return;
  busy = true;
  let answer = null, told = null;
  try {
    answer = await fetch(words.door, {
      method: "POST", credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout(PATIENCE),
      headers: { "Content-Type": "application/json", Accept: "application/json", "Idempotency-Key": entry.nonce },
      body: JSON.stringify(entry.body),
    });
    told = await answer.json();
  } catch { answer = told && answer; } // no connection, or it broke off: sent again below
  busy = false;
  if (answer?.ok) return succeeded(entry, told);
  if (answer?.status === 401 || answer?.status === 403) say([words.signIn], "warning");
  else if (answer && answer.status < 500 && answer.status !== 408 && answer.status !== 429) return refuse(entry, told);
  const pause = wait * (1 + Math.random() / 4);
  wait = Math.min(wait * 2, LONGEST_RETRY);
  show();
  plan(pause);
}

function succeeded(entry, told) {
  wait = FIRST_RETRY;
  change((kept) => kept.filter((one) => one.nonce !== entry.nonce));
  if (words.onward.endsWith(`?came=${entry.body.registration_id}`)) return location.assign(words.onward); // a phone's page of one group
  const came = told.people_here > 0;
  const sentence = came ? words.came.replace("%(here)s", told.people_here).replace("%(all)s", told.people) : words.back;
  const who = document.createElement("bdi");
  who.textContent = told.name;
  say([sentence, " ", who, ...(told.again ? [" – ", words.again.replace(/:$/, "")] : [])], told.again ? "warning" : "done");
  dispatchEvent(new Event("refresh"));
  plan(0);
}

function refuse(entry, told) {
  wait = FIRST_RETRY;
  change((kept) => kept.map((one) => (one.nonce === entry.nonce ? { ...one, refused: reason(told) } : one)));
  plan(0);
}

function reason(told) {
  return box.getAttribute(`data-problem-${String(told?.type).split(":").pop()}`) ?? told?.detail ?? "";
}

function show() {
  const kept = read(), open = kept.filter((one) => one.refused === undefined).length;
  const late = open > 1 || (open === 1 && wait > FIRST_RETRY) || (open === 1 && !navigator.onLine);
  const sentence = !late ? "" : open === 1 ? words.one : words.many.replace("%(num)s", open);
  if (unsent.textContent !== sentence) unsent.textContent = sentence;
  refusals.replaceChildren(...kept.filter((one) => one.refused !== undefined).map(refusal));
}

function refusal(entry) {
  const item = document.createElement("li"), button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.textContent = words.dismiss;
  button.addEventListener("click", () => change((kept) => kept.filter((one) => one.nonce !== entry.nonce)));
  item.append(`${words.refused} ${entry.body.code ?? ""} ${entry.refused} `, button);
  return item;
}

function say(parts, kind) {
  const line = document.createElement("p");
  line.className = `notice ${kind}`;
  line.append(...parts);
  said.replaceChildren(line);
}
