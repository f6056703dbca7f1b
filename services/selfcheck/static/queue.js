// The answers given on this device that the server has not confirmed, kept in localStorage until it has.
//
// An entry is {value, seen, page, there?}. `seen` lists the values the server may hold as far as this device knows: the
// one that was shown, and every one that was sent without hearing back. The server changes an entry only if it holds one
// of these; else it tells what stands `there`, and the person decides. Several tabs share one queue: it is read
// and written anew at each step.

const TIMEOUT = 15000; // ms until a request counts as lost
const FIRST_RETRY = 1000, LONGEST_RETRY = 30000; // ms, doubling, plus up to a quarter so that clients spread
const MOST_SEEN = 20;

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export class Queue extends EventTarget {
  /** Emits "state" (detail: saved, saving, kept, differs, locked, refused) and "sheet" (detail: the server's answer). */
  constructor(address, sheet) {
    super();
    this.address = address;
    this.key = `wk-answers-${sheet}`;
    this.memory = {}; // where the browser keeps nothing for us
    this.busy = false;
    this.wait = FIRST_RETRY;
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => this.flush());
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "{}");
    } catch {
      return this.memory;
    }
  }

  write(entries) {
    this.memory = entries;
    try {
      if (Object.keys(entries).length) localStorage.setItem(this.key, JSON.stringify(entries));
      else localStorage.removeItem(this.key);
    } catch { /* full or forbidden: it is in memory as long as this page is */ }
  }

  /** Note a change. `known`: what the server holds as far as this page knows. */
  put(path, value, known, delay = 0) {
    const entries = this.read();
    const entry = entries[path] ?? { seen: [known] };
    entries[path] = { ...entry, value, page: location.pathname };
    this.write(entries);
    this.tell("saving");
    this.later(delay);
  }

  /** The person decided: `value`, knowing what stands there. */
  decide(path, value, there) {
    const entries = this.read();
    entries[path] = { value, seen: [there], page: location.pathname };
    this.write(entries);
    this.later(0);
  }

  later(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), delay);
  }

  sendable() {
    return Object.entries(this.read()).filter(([, entry]) => !("there" in entry));
  }

  /** Send what waits; true once nothing does. */
  async flush() {
    if (this.busy) return false;
    const waiting = this.sendable();
    if (!waiting.length) return this.rest();
    this.busy = true;
    if (!this.state) this.tell("saving");
    const entries = this.read();
    for (const [path, entry] of waiting) {
      // Before it is sent, for the answer may be lost although the server took it.
      const seen = entry.seen.filter((value) => !same(value, entry.value)).slice(-(MOST_SEEN - 1));
      entries[path] = { ...entry, seen: [...seen, entry.value] };
    }
    this.write(entries);
    const body = { answers: {}, notes: {}, seen: { answers: {}, notes: {} } };
    for (const [path] of waiting) {
      const [part, question] = split(path);
      body[part][question] = entries[path].value;
      body.seen[part][question] = entries[path].seen;
    }
    let answer = null, sheet = null;
    try {
      answer = await fetch(this.address, {
        method: "PUT", credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT),
        headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body),
      });
      sheet = await answer.json().catch(() => null);
    } catch { /* no connection: tried again below */ }
    this.busy = false;
    if (answer?.ok && sheet) return this.saved(waiting, sheet);
    if (answer && [403, 404, 409, 413, 422].includes(answer.status)) return this.refused(answer.status, sheet, waiting);
    this.tell("kept");
    const asked = Number(answer?.headers.get("Retry-After")) * 1000 || 0;
    this.later(Math.max(asked, this.wait * (1 + Math.random() / 4)));
    this.wait = Math.min(this.wait * 2, LONGEST_RETRY);
    return false;
  }

  saved(sent, sheet) {
    this.wait = FIRST_RETRY;
    const entries = this.read();
    for (const [path, { value }] of sent) {
      const [part, question] = split(path);
      const conflict = sheet.conflicts.find((one) => one.part === part && one.question === question);
      const entry = entries[path];
      if (!entry) continue;
      if (conflict && same(entry.value, value)) entries[path] = { ...entry, there: conflict.there };
      else if (!conflict && same(entry.value, value)) delete entries[path];
      else if (!conflict) entries[path] = { ...entry, seen: [value] };
    }
    this.write(entries);
    this.dispatchEvent(new CustomEvent("sheet", { detail: sheet }));
    return this.sendable().length ? this.flush() : this.rest();
  }

  // Sending it again can't help. What is named wrong goes; a person without their code keeps everything for later.
  refused(status, problem, sent) {
    if (status === 403) {
      this.tell("locked");
      return false;
    }
    const named = new Set((problem?.errors ?? []).map((error) => path(error.pointer)));
    const wrong = sent.map(([path]) => path).filter((path) => named.has(path));
    const entries = this.read();
    for (const path of wrong.length ? wrong : sent.map(([path]) => path)) delete entries[path];
    this.write(entries);
    if (wrong.length) this.later(0);
    this.tell("refused");
    return false;
  }

  rest() {
    const differs = Object.values(this.read()).some((entry) => "there" in entry);
    if (differs || this.state) this.tell(differs ? "differs" : "saved");
    return !differs;
  }

  tell(state) {
    if (this.state === "refused" && state === "saved") return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}

export const join = (part, question) => `${part}\n${question}`;
const split = (path) => path.split("\n");
const path = (pointer) => {
  const [, part, ...rest] = pointer.split("/");
  return join(part, rest.join("/").replaceAll("~1", "/").replaceAll("~0", "~"));
};
