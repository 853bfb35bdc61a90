() => {
  // Whatever has data-cw-copy puts that text, an answer, on the clipboard when it is clicked, and has it said.

  async function put(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without a secure connection browsers lend the clipboard only to a field that is selected.
      const field = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-cw-copy]");
    if (!button) return;
    event.preventDefault();
    await put(button.dataset.cwCopy);
    document.dispatchEvent(new CustomEvent("cw-say", { detail: "The answer is copied, with its sources." }));
  });
}
