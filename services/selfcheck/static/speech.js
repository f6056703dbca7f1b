// Reads a question aloud with the browser's own voice, in the language the text is in. A second press stops it.
const voices = "speechSynthesis" in window;
let speaking = null;

export function listen(button) {
  speechSynthesis.cancel();
  if (speaking === button) return stop();
  const spoken = new SpeechSynthesisUtterance(button.dataset.listen);
  spoken.lang = button.dataset.listenIn.split("-")[0];
  const voice = speechSynthesis.getVoices().find((one) => one.localService && one.lang.startsWith(spoken.lang));
  if (voice) spoken.voice = voice;
  spoken.addEventListener("end", () => speaking === button && stop());
  stop();
  speaking = button;
  button.setAttribute("aria-pressed", "true");
  speechSynthesis.speak(spoken);
}

function stop() {
  speaking?.setAttribute("aria-pressed", "false");
  speaking = null;
}

for (const button of document.querySelectorAll("[data-listen]")) {
  button.hidden = !voices;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => listen(button));
}
