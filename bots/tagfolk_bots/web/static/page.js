// A word while the answer is being worked out, and the newest answer in view. The page works without it.
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("button[data-wait]");
  if (button) { button.textContent = button.dataset.wait; }
  document.body.setAttribute("aria-busy", "true");
});
const last = document.getElementById("last");
if (last) { (last.previousElementSibling || last).scrollIntoView({ block: "start" }); }
// The reasons of a portrait come after it; without this script a link leads to them.
for (const place of document.querySelectorAll("[data-load]")) {
  fetch(place.dataset.load).then((answer) => (answer.ok ? answer.text() : null)).then((html) => {
    if (html) { place.innerHTML = html; place.dataset.loaded = "1"; }
  }).catch(() => {});
}
