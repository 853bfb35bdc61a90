() => {
  // Whatever has data-cw-copy puts that text on the clipboard when it is clicked, and says so for a moment.
  const SAID_MS = 1500;

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
    const label = button.textContent;
    if (label === "Copied") return;
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = label), SAID_MS);
  });
}
