// Shows a gathering's own questions only where they are asked: of as many people as come, and where another answer says so.
// Without this script all of them are there, each saying when it is to be answered.

const form = document.querySelector("[name=questions_shown]")?.form;

const answers = (name) =>
  [...form.elements]
    .filter((field) => field.name === name && (field.type !== "checkbox" || field.checked))
    .map((field) => field.value);

function update() {
  const companions = Number(form.elements.companions?.value || 0);
  for (const person of form.querySelectorAll("[data-person]")) {
    person.hidden = Number(person.dataset.person) > companions;
    if (!person.hidden && person.dataset.seen === undefined) person.open = true;
    if (!person.hidden) person.dataset.seen = "";
  }
  // In the order of the page, so that what depends on a question that is hidden is hidden as well.
  for (const part of form.querySelectorAll("[data-asked-if]")) {
    const other = form.querySelector(`[name="${CSS.escape(part.dataset.askedIf)}"]`)?.closest("[data-asked-if]");
    part.hidden = Boolean(other?.hidden) || !answers(part.dataset.askedIf).includes(part.dataset.equals);
  }
}

if (form) {
  for (const hint of form.querySelectorAll("[data-person] > .hint")) hint.hidden = true;
  form.addEventListener("change", update);
  form.addEventListener("reset", () => setTimeout(update));
  update();
}
