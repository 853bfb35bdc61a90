() => {
  // Light or dark as the reader chose, kept in the browser; without a choice, as the system has it.
  const KEY = "citewire-theme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem(KEY) ?? "system";

  function show() {
    document.body.classList.toggle("dark", chosen() === "dark" || (chosen() === "system" && system.matches));
  }

  window.cwTheme = {
    choose(choice) {
      localStorage.setItem(KEY, choice);
      show();
    },
  };
  system.addEventListener("change", show);
  show();
}
