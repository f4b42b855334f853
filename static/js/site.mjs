// What every page has: menus that close, copying, reading aloud, the first error in focus.

/** Close every open menu that does not hold `target`. @param {EventTarget | null} target */
function closeMenus(target) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!(target instanceof Node && menu.contains(target))) menu.removeAttribute("open");
  }
}

/** @param {HTMLElement} button */
async function copy(button) {
  const status = button.parentElement?.querySelector("[data-copy-status]");
  let words = button.dataset.done ?? "";
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? "");
  } catch {
    words = button.dataset.failed ?? "";
  }
  if (status) status.textContent = words;
}

/** Read an element's text, or fall silent when it is being read. @param {HTMLElement} button */
function readAloud(button) {
  const label = button.querySelector("span:last-child");
  const idle = (button.dataset.start ??= label?.textContent ?? "");
  const talking = speechSynthesis.speaking;
  speechSynthesis.cancel();
  if (talking || !label) return;
  const text = document.getElementById(button.dataset.readAloud ?? "")?.innerText ?? "";
  const speech = new SpeechSynthesisUtterance(text);
  speech.lang = document.documentElement.lang === "en" ? "en-GB" : "zh-CN";
  speech.rate = 0.9;
  speech.onend = speech.onerror = () => { label.textContent = idle; };
  label.textContent = button.dataset.stop ?? idle;
  speechSynthesis.speak(speech);
}

/** Show the buttons which only work here. @param {string} selector */
function reveal(selector) {
  for (const button of document.querySelectorAll(selector)) button.removeAttribute("hidden");
}

document.addEventListener("click", (event) => {
  closeMenus(event.target);
  if (!(event.target instanceof Element)) return;
  const button = event.target.closest("[data-copy], [data-read-aloud]");
  if (!(button instanceof HTMLElement)) return;
  if ("copy" in button.dataset) void copy(button);
  else readAloud(button);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.menu[open]");
  closeMenus(null);
  menu?.querySelector("summary")?.focus();
});

if (navigator.clipboard) reveal("[data-copy]");
if ("speechSynthesis" in window && document.documentElement.classList.contains("elder")) {
  reveal("[data-read-aloud]");
  addEventListener("pagehide", () => speechSynthesis.cancel());
}
/** @type {HTMLElement | null} */ (document.querySelector("[data-focus]"))?.focus();
if ("serviceWorker" in navigator && document.body.dataset.worker) {
  // Without it the site works the same, only not without a network.
  navigator.serviceWorker.register(document.body.dataset.worker).catch(() => undefined);
}
