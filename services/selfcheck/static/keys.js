// Single keys inside a question, where the focus is on its choices: WCAG 2.1.4 lets them act only there.
import { listen } from "./speech.js";

const questions = [...document.querySelectorAll("[data-question]")];
for (const hint of document.querySelectorAll(".keys")) hint.hidden = !matchMedia("(hover: hover)").matches;

document.addEventListener("keydown", (event) => {
  const question = event.target.closest?.("[data-question]");
  const typing = event.target.matches?.("textarea, input:not([type=radio])");
  if (!question || typing || event.ctrlKey || event.altKey || event.metaKey) return;
  const radios = [...question.querySelectorAll("input[type=radio]")];
  const levels = radios.filter((radio) => /^-?\d+$/.test(radio.value));
  const step = { j: 1, k: -1 }[event.key];
  const button = question.querySelector("[data-listen]");
  if (/^\d$/.test(event.key) && levels[Number(event.key)]) choose(levels[Number(event.key)]);
  else if (event.key === "u") choose(radios.find((radio) => radio.value === "unsure"));
  else if (event.key === "n") choose(radios.find((radio) => radio.value === "not_applicable"));
  else if (event.key === "r" && !button.hidden) listen(button);
  else if (step) to(questions[questions.indexOf(question) + step]);
  else return;
  event.preventDefault();
});

function choose(radio) {
  radio.focus();
  radio.click();
}

function to(question) {
  const radios = [...(question?.querySelectorAll("input[type=radio]") ?? [])];
  (radios.find((radio) => radio.checked) ?? radios[0])?.focus();
}
