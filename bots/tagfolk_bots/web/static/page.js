// A word while the answer is being worked out, and the newest answer in view. The page works without it.
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("button[data-wait]");
  if (button) { button.textContent = button.dataset.wait; }
  document.body.setAttribute("aria-busy", "true");
});
const last = document.getElementById("last");
if (last) { (last.previousElementSibling || last).scrollIntoView({ block: "start" }); }
