// Panel 2: blocks dragged onto + and *; what each factor kills is dark in the product.
import { ask, card, copied, formula, h, tried } from "./page";

interface Lamp { name: string; text: string; state: string }
interface Described { label: string; order: number; lamps: Lamp[]; parts: Described[]; verdict?: string; accepted?: boolean; lossLatex?: string }
type Expression = { block: string } | { rows: string[]; label: string } | { op: string; parts: Expression[] };

export function compose(): HTMLElement {
  let expression: Expression = { op: "*", parts: [{ block: "syn" }, { block: "nu" }] };
  let carried: Expression | undefined;
  let chosen: number[] = [];
  const tileBox = h("div", { class: "card" });
  const treeBox = h("div");
  const badge = h("div", { class: "badge", "data-testid": "composed" });
  const rows = ["1, zeta(3)", "1, zeta(3)", "1, zeta(3)"].map((value, r) =>
    h("input", { type: "text", value, "aria-label": `row ${"abc"[r]}`, spellcheck: "false" }) as HTMLInputElement);

  const at = (path: number[]): Expression =>
    path.reduce<Expression>((e, i) => ("parts" in e ? e.parts[i] : e), expression);
  const changed = (): void => void tried(show);
  function add(path: number[], item: Expression): void {
    const target = at(path);
    if ("parts" in target) target.parts.push(structuredClone(item));
    changed();
  }
  function remove(path: number[]): void {
    const parent = at(path.slice(0, -1));
    if ("parts" in parent && parent.parts.length > 1) parent.parts.splice(path[path.length - 1], 1);
    else if (path.length > 1) { remove(path.slice(0, -1)); return; }
    chosen = [];
    changed();
  }

  async function show(): Promise<void> {
    if (copied && "parts" in expression) // a copy knows a product by its factors in order
      expression.parts.sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
    const found = await ask<Described>("compose", { expression });
    badge.className = found.accepted ? "badge" : "badge bad";
    badge.replaceChildren(
      found.accepted ? "An optimizer by itself: placed at every frequency of Z7 its loss is 0, proved"
        : found.lossLatex ? "Not yet: placed at every frequency of Z7 its loss is " : "Not yet: abc is 0, so it cannot be normalised",
      found.lossLatex && !found.accepted ? formula(found.lossLatex) : "",
      h("small", {}, `${found.order} nodes; lamps that are dark are killed`));
    treeBox.replaceChildren(drawn(found, []));
  }

  function lamps(x: Described): HTMLElement {
    return h("div", { class: "lamps" }, ...x.lamps.map((lamp) => h("span", {
      class: `lamp ${lamp.state === "dark" ? "" : lamp.name === "abc" ? "goal" : "lit"}`, title: `${lamp.name} = ${lamp.text}`,
      "data-state": lamp.state,
    }, lamp.name)));
  }

  function drawn(x: Described, path: number[]): HTMLElement {
    const operation = x.label === "+" || x.label === "*";
    const box = h("div", { class: operation ? "tree target" : "tree" });
    const head = h("div", { class: "head" }, operation ? h("span", { class: "op" }, x.label) : h("strong", { class: "mono" }, x.label),
      h("span", {}, `${x.order} node${x.order === 1 ? "" : "s"}`));
    if (operation) {
      head.append(h("button", { class: "do", onclick: () => { chosen = path; drawTiles(); } },
        chosen.join() === path.join() ? "tiles are added here" : "add here"));
      head.append(h("button", { class: "do", title: "exchange + and *", onclick: () => {
        const e = at(path);
        if ("op" in e) e.op = e.op === "+" ? "*" : "+";
        changed();
      } }, x.label === "+" ? "make it *" : "make it +"));
      for (const op of ["+", "*"])
        head.append(h("button", { class: "do", onclick: () => add(path, { op, parts: [{ block: "1" }] }) }, `new ${op} inside`));
      box.addEventListener("dragover", (event) => { event.preventDefault(); event.stopPropagation(); box.classList.add("over"); });
      box.addEventListener("dragleave", () => box.classList.remove("over"));
      box.addEventListener("drop", (event) => {
        event.preventDefault(); event.stopPropagation();
        box.classList.remove("over");
        if (carried) add(path, carried);
        carried = undefined;
      });
    }
    if (path.length) head.append(h("button", { class: "do", "aria-label": `remove ${x.label}`, onclick: () => remove(path) }, "remove"));
    box.append(head, lamps(x));
    if (x.parts.length) box.append(h("div", { class: "parts" }, ...x.parts.map((part, i) => drawn(part, [...path, i]))));
    return box;
  }

  let tiles: Described[] = [];
  function drawTiles(): void {
    const own = (): Expression => ({ rows: rows.map((x) => x.value), label: "mine" });
    const tile = (name: string, good: string, item: () => Expression, lamp?: HTMLElement) => {
      const box = h("div", { class: "tree tile", draggable: "true", tabindex: 0, role: "button", "data-tile": name,
        ondragstart: () => { carried = item(); }, onclick: () => add(chosen, item()),
        onkeydown: (event: KeyboardEvent) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); add(chosen, item()); } } },
        h("div", {}, h("strong", {}, name), " ", good));
      if (lamp) box.append(lamp);
      return box;
    };
    tileBox.replaceChildren(h("h2", {}, "Blocks ", h("small", {}, "drag onto + or *, or click")),
      ...tiles.map((x) => tile(x.label, `${x.order} node${x.order === 1 ? "" : "s"}`, () => ({ block: x.label }), lamps(x))),
      h("h2", {}, "Your own block ", h("small", {}, "entries a node, set apart by commas")),
      ...rows.map((x, r) => h("label", {}, `row ${"abc"[r]}`, x)),
      tile("mine", "such as 1, i, zeta(8)^3, 1/2, xi", own));
  }

  void tried(async () => { tiles = await ask<Described[]>("tiles"); drawTiles(); await show(); });
  return h("div", { class: "columns" }, tileBox, h("div", {}, badge, card("Composition", treeBox)));
}
