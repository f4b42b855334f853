// Parts of a form that count only for some choices, hidden for the others.
//
// data-applies="rule=equal-shares completion=add1|add1-utilitarian": each named field must have
// one of its values. A part with an error stays in sight, and nothing that was typed is lost.

/** @param {HTMLFormElement} form @param {string} name */
const chosen = (form, name) => String(new FormData(form).get(name) ?? "");

/** @param {HTMLFormElement} form @param {string} conditions */
const applies = (form, conditions) =>
  conditions.split(" ").every((condition) => {
    const [name, values = ""] = condition.split("=");
    return values.split("|").includes(chosen(form, name ?? ""));
  });

/** @param {HTMLFormElement} form */
function update(form) {
  for (const part of form.querySelectorAll("[data-applies]")) {
    if (!(part instanceof HTMLElement)) continue;
    const stays = part.querySelector(".error") !== null;
    part.hidden = !stays && !applies(form, part.dataset.applies ?? "");
  }
}

for (const form of document.forms) {
  if (!form.querySelector("[data-applies]")) continue;
  form.addEventListener("change", () => update(form));
  update(form);
}
// A browser that goes back puts old choices in after the page has loaded.
addEventListener("pageshow", () => [...document.forms].forEach(update));
