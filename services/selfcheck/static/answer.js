// Reads a question aloud with the browser's own voice, where there is one for the page's language.
const voices = "speechSynthesis" in window;

for (const button of document.querySelectorAll("[data-listen]")) {
  button.hidden = !voices;
  button.addEventListener("click", () => {
    speechSynthesis.cancel();
    const words = new SpeechSynthesisUtterance(button.dataset.listen);
    words.lang = button.lang.split("-")[0];
    speechSynthesis.speak(words);
  });
}
