// Choosing a language while a form is being filled in sends along what was entered, so that nothing has to be typed twice:
// the server shows the form again in that language and does nothing else. Without this script the link just changes the language.
const touched = new Set();
const isForm = (form) => form && form.method === "post" && form.elements.form_token && !("autosave" in form.dataset);

addEventListener("input", ({ target }) => { if (isForm(target.form)) touched.add(target.form); });

for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", (event) => {
    const shownAgain = document.querySelector("form[data-sent]"); // with what was entered before
    const form = [...touched].pop() ?? shownAgain;
    if (!isForm(form)) return;
    event.preventDefault();
    const chosen = document.createElement("input");
    Object.assign(chosen, { type: "hidden", name: "choose_language", value: link.hreflang });
    form.append(chosen);
    form.submit();
  });
}
