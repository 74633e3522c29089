// The bridge from the page's own HTML to Gradio: a click on [data-act] goes to the hidden button.
() => {
  document.body.classList.add("dark");
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-act]");
    if (!target) return;
    window.__act = JSON.stringify({ act: target.dataset.act, value: target.dataset.value });
    document.querySelector("#ln-bridge")?.click();
  });
  // One player at a time.
  document.addEventListener("play", (event) => {
    for (const other of document.querySelectorAll("audio")) if (other !== event.target) other.pause();
  }, true);
}
