() => {
  // Whatever has data-cw-copy puts that text, an answer, on the clipboard when it is clicked, and has linking.js say so.
  async function put(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Without a secure connection browsers lend the clipboard only to a field that is selected.
      const field = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-cw-copy]");
    if (!button) return;
    event.preventDefault();
    const done = await put(button.dataset.cwCopy);
    button.focus({ preventScroll: true }); // which the field took
    const said = done ? "The answer is copied, with its sources." : "Not copied: this browser does not allow it.";
    document.dispatchEvent(new CustomEvent("cw-say", { detail: said }));
  });
}
