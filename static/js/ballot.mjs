// Ballot forms save without leaving the page. The server answers with the ballot as it is
// stored, and only that is ever shown: no choice looks made before it is.
//
// A page has <div id="ballot"> (replaced whole; data-announce says what happened) and, outside it,
// the status line of _macros/ballot.html. Every submit button has an id, and repeating a request
// must be safe.

const PAUSES = [1500, 4000, 8000];
/** @typedef {{ id: string, url: string, body: FormData }} Choice */

/** @type {Choice[]} */
const waiting = [];
/** The id of the button whose request is under way; `null` when none is. @type {string | null} */
let current = null;

const status = () => /** @type {HTMLElement | null} */ (document.getElementById("ballot-status"));
const ballot = () => /** @type {HTMLElement | null} */ (document.getElementById("ballot"));
const sleep = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

/** @param {string} words @param {boolean} bad */
function say(words, bad = false) {
  const line = status();
  if (!line) return;
  line.replaceChildren(words);
  line.classList.toggle("error", bad);
}

/** Wait until the person asks for another try. */
function askToRetry() {
  const line = status();
  if (!line) return Promise.resolve();
  say(line.dataset.failed ?? "", true);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet";
  button.textContent = line.dataset.retry ?? "";
  line.append(" ", button);
  return new Promise((done) => {
    button.addEventListener("click", done, { once: true });
    addEventListener("online", done, { once: true });
  });
}

/** The server's answer, however often it takes: the same data each time. @param {Choice} choice */
async function deliver(choice) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await fetch(choice.url, {
        method: "POST",
        body: choice.body,
        headers: { "X-Requested-With": "ballot" },
        signal: AbortSignal.timeout(15000),
      });
      if (answer.status < 500 && answer.status !== 429) return await answer.text();
    } catch {
      // No network, or too slow: tried again below.
    }
    document.dispatchEvent(new Event("ballot:failed"));
    if (attempt < PAUSES.length) {
      say(status()?.dataset.retrying ?? "", true);
      await sleep(PAUSES[attempt]);
    } else {
      await askToRetry();
    }
  }
}

/** @param {string} html @param {string} focusId */
function show(html, focusId) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("ballot");
  const old = ballot();
  if (!fresh || !old) {
    // Signed out, or the vote has closed: the page itself says so.
    location.reload();
    return;
  }
  old.replaceWith(document.adoptNode(fresh));
  say(fresh.dataset.announce ?? "");
  if (!fresh.hasAttribute("tabindex")) fresh.tabIndex = -1;
  (document.getElementById(focusId) ?? fresh).focus({ preventScroll: true });
}

/** @param {Choice} choice */
async function run(choice) {
  current = choice.id;
  ballot()?.setAttribute("aria-busy", "true");
  show(await deliver(choice), choice.id);
  current = null;
  const next = waiting.shift();
  const button = next && document.getElementById(next.id);
  // What was pressed meanwhile is pressed again, unless the answer has changed what it means.
  if (button instanceof HTMLButtonElement && button.form && !unavailable(button)) {
    const fresh = choiceOf(button.form, button);
    if (fresh.url === next?.url && said(fresh) === said(next)) void run(fresh);
  }
}

/** What a choice says, to be compared. @param {Choice} choice */
const said = (choice) => JSON.stringify([...choice.body]);

/** @param {HTMLElement} button */
const unavailable = (button) =>
  button.getAttribute("aria-disabled") === "true" || /** @type {HTMLButtonElement} */ (button).disabled;

/** @param {HTMLFormElement} form @param {HTMLElement | null} button @returns {Choice} */
function choiceOf(form, button) {
  const body = new FormData(form, button);
  return { id: button?.id ?? "", url: form.action, body };
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("form[data-ballot]")) return;
  event.preventDefault();
  if (event.submitter && unavailable(event.submitter)) return;
  const choice = choiceOf(form, event.submitter);
  if (current === null) void run(choice);
  else if (current !== choice.id && waiting.every((other) => other.id !== choice.id)) waiting.push(choice);
});
