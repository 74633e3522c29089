// Filters of the report. What is chosen stands in the address after #, so that a view can be passed on.
const dialogs = [...document.querySelectorAll(".dialog")];
const [words, tag, changed, open, count, none] = ["words", "tag", "changed", "open", "count", "none"].map((id) => document.getElementById(id));
const outcomes = [...document.querySelectorAll("nav [data-outcome]")];
const pressed = (button) => button.getAttribute("aria-pressed") === "true";
const press = (button, on) => button.setAttribute("aria-pressed", String(on));

function apply() {
  const wanted = outcomes.filter(pressed).map((b) => b.dataset.outcome);
  const text = words.value.trim().toLowerCase();
  let shown = 0;
  for (const dialog of dialogs) {
    const fits = (!wanted.length || wanted.includes(dialog.dataset.outcome))
      && (!tag.value || JSON.parse(dialog.dataset.tags).includes(tag.value))
      && (!pressed(changed) || dialog.dataset.changed === "true")
      && text.split(/\s+/).every((word) => dialog.dataset.words.includes(word));
    dialog.hidden = !fits;
    shown += fits;
  }
  none.hidden = shown > 0;
  count.textContent = `${shown} of ${dialogs.length}`;
  const state = new URLSearchParams();
  if (text) state.set("words", text);
  if (tag.value) state.set("tag", tag.value);
  if (pressed(changed)) state.set("changed", "1");
  if (wanted.length) state.set("outcome", wanted.join(","));
  history.replaceState(null, "", `#${state}`);
}

const given = new URLSearchParams(location.hash.slice(1));
words.value = given.get("words") || "";
tag.value = given.get("tag") || "";
press(changed, given.has("changed"));
for (const button of outcomes) press(button, (given.get("outcome") || "").split(",").includes(button.dataset.outcome));
for (const button of [...outcomes, changed]) button.addEventListener("click", () => { press(button, !pressed(button)); apply(); });
words.addEventListener("input", apply);
tag.addEventListener("change", apply);
open.addEventListener("click", () => {
  const all = dialogs.every((d) => d.open);
  for (const dialog of dialogs) dialog.open = !all;
  open.textContent = all ? "open all" : "close all";
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && event.target !== words) { event.preventDefault(); words.focus(); }
});
apply();
