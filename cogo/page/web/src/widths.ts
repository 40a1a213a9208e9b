// Panel 6: how few nodes suffice, how few do not, and what the theory claims.
import { ask, card, formula, h, tried } from "./page";

interface Width { family: string; width: number; least: number }
interface Found {
  widths: { group: string; order: number; onehot: Width; projected: Width }[];
  claims: { id: string; statement: string; latex: string; source: string }[];
}

export function widths(): HTMLElement {
  const view = h("div");
  const cell = (x: Width) => [h("td", {}, x.family), h("td", { class: x.width === x.least ? "n known" : "n" },
    x.width === x.least ? `${x.width}` : `${x.least} to ${x.width}`)];
  void tried(async () => {
    const found = await ask<Found>("widths");
    const needle = h("input", { type: "text", placeholder: "look for a word", "aria-label": "look for a claim" }) as HTMLInputElement;
    const list = h("table");
    const draw = (): void => list.replaceChildren(...found.claims
      .filter((x) => `${x.id} ${x.statement} ${x.source}`.toLowerCase().includes(needle.value.toLowerCase()))
      .map((x) => h("tr", {}, h("td", { class: "mono", style: "white-space:nowrap" }, x.id), h("td", {}, x.statement, h("div", {}, formula(x.latex))), h("td", {}, x.source))));
    needle.addEventListener("input", draw);
    draw();
    view.replaceChildren(
      card("Least widths", h("p", {}, "A family of the width exists and is proved by cogo prove; that fewer do not suffice is cited from the project's paper proofs. One number: the least width is known."),
        h("div", { class: "scroll" }, h("table", {}, h("tr", {}, h("th", {}, "group"), h("th", {}, "one-hot"), h("th", { class: "n" }, "nodes"), h("th", {}, "projected"), h("th", { class: "n" }, "nodes")),
          ...found.widths.map((x) => h("tr", {}, h("td", {}, x.group), ...cell(x.onehot), ...cell(x.projected)))))),
      card(`Claims of the theory: ${found.claims.length}`, h("p", {}, "Stated here; cogo prove GROUP checks them and says of each how it is known."), needle, h("div", { class: "scroll" }, list)));
  });
  return view;
}
