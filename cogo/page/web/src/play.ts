// Panel 1: an optimizer, its phases, and what is left of it when something is broken.
import { Entry, Numbers, Slice, curves, rings, tensor } from "./draw";
import { ask, card, colour, copied, fetched, formula, h, newest, tried } from "./page";

interface Part { name: string; first: number; nodes: number }
interface Structure {
  group: string; order: number; family: string; families: { name: string; width: number }[];
  target: string; width: number; parameters: string[];
  frequencies: { k: number; label: string; real: boolean }[];
  parts: Part[]; nodes: Entry[][]; accepted: boolean; loss: string; lossLatex: string;
  failures: string[]; failing: string[];
}
interface Lamp { name: string; text: string; size: number; met: boolean }
interface Values {
  entries: Numbers; loss: number; lamps: Lamp[]; tensor: Slice;
  curves?: Record<string, number[]>;
}

let groups = ["Z5", "Z7", "Z8", "Z11", "Z13", "Z23", "Z2xZ4", "Z3xZ3", "Z2xZ2xZ2", "Z59", "Z127"];

export function play(): HTMLElement {
  const state = {
    group: "Z7", family: "auto", target: "projected", phases: {} as Record<string, number>,
    deleted: [] as number[], turned: [] as { node: number; row: string; steps: number }[],
  };
  let frequency = 1, node = 0, row = "a";
  let made: Structure | undefined;
  const controls = h("div", { class: "card" });
  const badge = h("div", { class: "badge", "data-testid": "badge" });
  const ringBox = card("Entries at the frequency");
  const curveBox = card("Weights of the chosen node");
  const tensorBox = card("Function tensor");
  const lampBox = card("Potentials at the frequency");
  const view = h("div", { class: "columns" }, controls,
    h("div", { class: "shown" }, badge, ringBox, h("div", { class: "cards", style: "margin-top:1rem" }, lampBox, tensorBox, curveBox)));

  const rebuild = async (): Promise<void> => {
    if (copied && state.deleted.length) state.phases = {};
    made = await ask<Structure>("play", { ...state, phases: {} });
    state.family = made.family in Object.fromEntries(made.families.map((x) => [x.name, 0])) ? made.family : state.family;
    if (!made.frequencies.some((x) => x.k === frequency)) frequency = made.frequencies[0].k;
    if (node >= made.width) node = 0;
    drawControls();
    drawBadge();
    await show();
  };
  const show = async (): Promise<void> => {
    if (!made) return;
    const current = made;
    const values = await ask<Values>("values", { ...state, frequency, node });
    if (made !== current) return;
    drawValues(current, values);
  };
  const moved = newest(show);
  const again = (): void => void tried(rebuild);

  function drawBadge(): void {
    const m = made!;
    const free = m.parameters.length;
    badge.className = m.accepted ? "badge" : "badge bad";
    if (m.accepted)
      badge.replaceChildren(
        `loss = 0, proved${free ? ` for all ${free === 1 ? "values of" : `values of the ${free} phases`} ${m.parameters.slice(0, 3).join(", ")}${free > 3 ? ", ..." : ""}` : ""}`,
        h("small", {}, `${m.family} over ${m.group}: ${m.width} nodes, target ${m.target}; decided exactly, with the phases as symbols`));
    else
      badge.replaceChildren("loss = ", m.lossLatex.length < 400 ? formula(m.lossLatex) : m.loss.slice(0, 200) + " ...",
        h("small", {}, `exactly; wrong at the frequencies ${m.failing.slice(0, 8).join(", ")}${m.failing.length > 8 ? ", ..." : ""}`),
        h("ul", { class: "failures mono" }, ...m.failures.slice(0, 3).map((x) => h("li", {}, x.slice(0, 300)))));
  }

  function drawControls(): void {
    const m = made!;
    const choice = (label: string, options: [string, string][], value: string, pick: (x: string) => void) => {
      const s = h("select", { onchange: () => pick((s as HTMLSelectElement).value) },
        ...options.map(([v, text]) => h("option", { value: v, selected: v === value }, text)));
      return h("label", {}, label, s);
    };
    const group = h("input", { type: "text", value: state.group, list: "groups", spellcheck: "false",
      onchange: () => { state.group = (group as HTMLInputElement).value; fresh("auto"); } });
    const fresh = (family: string): void => {
      Object.assign(state, { family, phases: {}, deleted: [], turned: [] });
      again();
    };
    const sliders = m.parameters.slice(0, 12).map((name) => {
      const out = h("output", {}, `${state.phases[name] ?? 0}°`);
      const input = h("input", { type: "range", min: 0, max: copied ? 330 : 359, step: copied ? 30 : 1, value: state.phases[name] ?? 0,
        "data-testid": `slider-${name}`, oninput: () => {
          if (copied) state.phases = {};
          state.phases[name] = Number((input as HTMLInputElement).value);
          out.textContent = `${state.phases[name]}°`;
          moved();
        } });
      return h("label", {}, `${name} = `, out, input);
    });
    const parts = m.parts.slice(0, 14).map((part) => {
      const nodes = Array.from({ length: part.nodes }, (_, i) => part.first + i);
      const gone = nodes.every((j) => state.deleted.includes(j));
      return h("button", { class: "do", "aria-pressed": gone, title: `${part.nodes} nodes`, onclick: () => {
        state.deleted = gone ? state.deleted.filter((j) => !nodes.includes(j)) : [...new Set([...state.deleted, ...nodes])];
        state.turned = [];
        again();
      } }, part.name);
    });
    const total = m.parts.reduce((sum, part) => sum + part.nodes, 0);
    const nodeField = h("input", { type: "text", value: node, inputmode: "numeric", "aria-label": "node",
      onchange: () => { node = Math.min(total - 1, Math.max(0, Number((nodeField as HTMLInputElement).value) | 0)); moved(); } });
    const turn = state.turned.find((t) => t.node === node && t.row === row)?.steps ?? 0;
    const turnOut = h("output", {}, `${turn}°`);
    const turnSlider = h("input", { type: "range", min: 0, max: 359, value: turn, disabled: state.deleted.length > 0,
      "data-testid": "turn", onchange: () => {
        const steps = Number((turnSlider as HTMLInputElement).value);
        state.turned = [...state.turned.filter((t) => t.node !== node || t.row !== row), ...(steps ? [{ node, row, steps }] : [])];
        again();
      }, oninput: () => { turnOut.textContent = `${(turnSlider as HTMLInputElement).value}°`; } });
    controls.replaceChildren(
      h("h2", {}, "Optimizer"),
      h("label", {}, "group", group), h("datalist", { id: "groups" }, ...groups.map((g) => h("option", { value: g }))),
      choice("family (nodes)", m.families.map((x) => [x.name, `${x.name} (${x.width})`]), m.family, fresh),
      choice("target", [["projected", "projected: a constant over outputs is free"], ["onehot", "one-hot"]], state.target,
        (x) => { state.target = x; fresh("auto"); }),
      choice("frequency shown", m.frequencies.map((x) => [String(x.k), x.label + (x.real ? " (real)" : "")]), String(frequency),
        (x) => { frequency = Number(x); moved(); }),
      h("h2", {}, "Phases ", h("small", {}, m.parameters.length ? "move them: the loss stays 0" : "this family has none")),
      ...sliders,
      m.parameters.length > 12 ? h("p", {}, `and ${m.parameters.length - 12} more, one a frequency`) : "",
      h("h2", {}, "Break it ", h("small", {}, "drop a part, delete a node, turn an entry")),
      h("div", {}, ...parts),
      h("label", {}, "node (click a point)", nodeField),
      h("button", { class: "do", "data-testid": "delete", onclick: () => { state.deleted = [...new Set([...state.deleted, node])]; state.turned = []; again(); } }, "delete the node"),
      choice("turn its entries of row", [["a", "a"], ["b", "b"], ["c", "c"]], row, (x) => { row = x; drawControls(); }),
      h("label", {}, "by ", turnOut, turnSlider),
      h("button", { class: "do", "data-testid": "mend", disabled: !state.deleted.length && !state.turned.length,
        onclick: () => { state.deleted = []; state.turned = []; again(); } }, "mend everything"),
      h("h2", {}, "Take it with you"),
      h("button", { class: "do", "data-testid": "certificate", disabled: !m.accepted, onclick: () => void tried(() => fetched("download/certificate", { ...state, phases: {} })) }, "certificate"),
      h("button", { class: "do", onclick: () => void tried(() => fetched("download/weights", state)) }, "weights at these phases"),
      h("button", { class: "do", onclick: () => void tried(() => fetched("download/latex", state)) }, "LaTeX"),
    );
  }

  function drawValues(m: Structure, v: Values): void {
    const label = m.frequencies.find((x) => x.k === frequency)?.label ?? "";
    ringBox.replaceChildren(h("h2", {}, `Entries at k = ${label} `, h("small", {}, "one colour a node; click one")),
      rings(m.nodes, v.entries, frequency, node, (j) => { node = j; drawControls(); moved(); }));
    curveBox.replaceChildren(h("h2", {}, "Weights of node ", h("span", { style: `color:${colour(node)}` }, String(node))),
      v.curves ? curves(v.curves) : "");
    tensorBox.replaceChildren(h("h2", {}, `Function tensor |T[k1, k2, ${label}]| `, h("small", {}, "the framed cell must be 1, all others 0")),
      tensor(v.tensor));
    lampBox.replaceChildren(h("h2", {}, `Potentials at k = ${label} `, h("small", {}, "abc must be 1; the others 0, or cancelled by other parts")),
      h("div", { class: "lamps" }, ...v.lamps.map((x) => h("span", {
        class: `lamp ${x.met ? (x.name === "abc" ? "goal" : x.size > 1e-12 ? "lit" : "") : "failing"}`,
        title: `${x.name} = ${x.text}${x.met ? (x.size > 1e-12 && x.name !== "abc" ? ", cancelled by other parts" : "") : ": not met"}`,
        "data-met": String(x.met),
      }, `${x.name} ${x.size.toFixed(2)}`))));
  }

  void tried(async () => {
    if (copied) {
      groups = await (await fetch("groups.json")).json();
      state.group = groups[0];
    }
    await rebuild();
  });
  return view;
}
