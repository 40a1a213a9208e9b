// The page: panels behind tabs, each made when it is first looked at.
import { compose } from "./compose";
import { doubt } from "./doubt";
import { network } from "./network";
import { copied, h } from "./page";
import { play } from "./play";
import { training } from "./training";
import { widths } from "./widths";

const PANELS: Record<string, [string, () => HTMLElement, string]> = {
  play: ["Play", play, "A network that adds in a group, exactly. Each hidden node has an entry a, b, c at a frequency. Move a phase: the loss stays 0. Break something: see what fails, and by how much."],
  compose: ["Compose", compose, "Blocks are a few nodes at one frequency. Ten sums over their nodes decide: abc must live, the nine others must die. Multiply two blocks, and what either kills is dead in the product."],
  network: ["Your network", network, "A file of trained weights: what is proved of it, which blocks are in it, and the exact network next to it."],
  training: ["Training", training, "Watch gradient descent find these blocks: many nodes at each frequency at first, then four or six."],
  doubt: ["Doubt", doubt, "Do not take our word: one file of plain Python reads a certificate and decides, with integers alone. Change a digit, and see it refuse."],
  widths: ["Widths and claims", widths, "How few nodes are enough, how few are too few, and every claim of the theory, checked while you wait."],
};
const made = new Map<string, HTMLElement>();
const nav = document.querySelector("nav")!, main = document.querySelector("main")!;

function open(name: string): void {
  if (!(name in PANELS)) name = "play";
  if (!made.has(name)) made.set(name, PANELS[name][1]());
  main.replaceChildren(h("p", { class: "lead" }, PANELS[name][2]), made.get(name)!);
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
