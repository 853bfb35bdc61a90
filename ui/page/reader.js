() => {
  // Whatever has data-cw-open="ARTICLE" opens that article in full, by click or Enter, at the first of its
  // data-cw-spans="10-20,35-40". Escape and Close lead back to where one was.
  const FAILED =
    '<p class="cw-error" role="alert">The article could not be fetched; see that citewire is running, then try again.</p>';
  const dialog = document.createElement("dialog");
  dialog.id = "cw-reader";
  dialog.setAttribute("aria-label", "Article");
  dialog.innerHTML =
    '<div class="cw-reader-bar"><button type="button" class="cw-reader-back" hidden>Back</button>' +
    '<div class="cw-reader-head"></div>' +
    '<button type="button" class="cw-reader-close">Close</button></div>' +
    '<div class="cw-reader-page" tabindex="0" role="region" aria-label="The article"></div>';
  // Among Gradio's own parts, for it narrows what style sheets say of screen sizes to those.
  (document.querySelector(".gradio-container .contain") ?? document.body).append(dialog);
  const page = dialog.querySelector(".cw-reader-page");
  const head = dialog.querySelector(".cw-reader-head");
  const back = dialog.querySelector(".cw-reader-back");
  let trail = [];
  let opener = null;

  async function show() {
    const wanted = trail.at(-1);
    back.hidden = trail.length < 2;
    head.replaceChildren();
    page.innerHTML = '<p class="cw-note" role="status">Opening the article ...</p>';
    page.setAttribute("aria-busy", "true");
    let html = FAILED;
    try {
      const answer = await window.citewireArticle(wanted);
      if (typeof answer === "string") html = answer;
    } catch (error) {
      console.error(error);
    }
    if (wanted !== trail.at(-1)) return;
    page.innerHTML = html;
    page.removeAttribute("aria-busy");
    // At the place of the cited words one still sees what is being read.
    head.replaceChildren(...page.querySelectorAll(":scope > .cw-reader-title"));
    dialog.setAttribute("aria-label", head.textContent || "Article");
    page.scrollTop = 0;
    page.focus({ preventScroll: true });
    page.querySelector(".cw-reader-text mark")?.scrollIntoView({ block: "center" });
  }

  function open(element) {
    const wanted = { id: element.dataset.cwOpen, spans: element.dataset.cwSpans ?? "" };
    if (dialog.open) {
      trail.push(wanted);
    } else {
      trail = [wanted];
      opener = element;
      dialog.showModal();
    }
    show();
  }

  document.addEventListener("click", (event) => {
    const element = event.target.closest?.("[data-cw-open]");
    if (!element) return;
    event.preventDefault();
    open(element);
  });
  document.addEventListener("keydown", (event) => {
    const element = event.key === "Enter" && event.target.closest?.("[data-cw-open]");
    if (!element || event.target.closest("a, button")) return; // those make a click of it themselves
    event.preventDefault();
    open(element);
  });

  back.addEventListener("click", () => {
    trail.pop();
    show();
  });
  dialog.querySelector(".cw-reader-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // beside the sheet
  });
  dialog.addEventListener("close", () => {
    trail = [];
    head.replaceChildren();
    page.replaceChildren();
    // The browser leads back by itself, but not to what has been drawn anew since.
    if (opener && !opener.isConnected) {
      const { cwOpen, cwSpans } = opener.dataset;
      const again = [...document.querySelectorAll("[data-cw-open]")];
      again.find((one) => one.dataset.cwOpen === cwOpen && one.dataset.cwSpans === cwSpans)?.focus();
    }
  });
}
