// The page: panels behind tabs, each made when it is first looked at.
import { compose } from "./compose";
import { doubt } from "./doubt";
import { network } from "./network";
import { copied, h } from "./page";
import { play } from "./play";
import { training } from "./training";
import { widths } from "./widths";

const PANELS: Record<string, [string, () => HTMLElement]> = {
  play: ["Play", play], compose: ["Compose", compose], network: ["Your network", network], training: ["Training", training], doubt: ["Doubt", doubt], widths: ["Widths and claims", widths],
};
if (copied) delete PANELS.network; // it needs the library
const made = new Map<string, HTMLElement>();
const nav = document.querySelector("nav")!, main = document.querySelector("main")!;

function open(name: string): void {
  if (!(name in PANELS)) name = "play";
  if (!made.has(name)) made.set(name, PANELS[name][1]());
  main.replaceChildren(made.get(name)!);
  nav.querySelectorAll("button").forEach((button) => {
    const on = button.dataset.panel === name;
    button.setAttribute("aria-selected", String(on));
    button.tabIndex = on ? 0 : -1;
  });
}

for (const [name, [title]] of Object.entries(PANELS))
  nav.append(h("button", { role: "tab", "data-panel": name, onclick: () => { location.hash = name; } }, title));
nav.addEventListener("keydown", (event) => {
  const names = Object.keys(PANELS);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const now = names.indexOf(location.hash.slice(1) || "play");
  location.hash = names[(now + step + names.length) % names.length];
  nav.querySelectorAll("button")[(now + step + names.length) % names.length].focus();
});
window.addEventListener("hashchange", () => open(location.hash.slice(1)));
if (copied)
  document.querySelector("header")!.append(h("p", { style: "display:block" },
    "This is a copy: it shows what the library answered when it was made, one phase or one missing node at a time. cogo page shows all of it."));
open(location.hash.slice(1));
