// Panel 3: a file of weights: what it computes, what it is, what is proved of it.
import { extent } from "d3-array";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { card, colour, copied, dropped, fetched, h, rows, send, stored, tried } from "./page";

type Points = [number, number][][];
interface Frequency {
  label: string; order: number; composition: string; reason: string; residual: number | null;
  parameters: Record<string, number>; nodes: number[]; entries: Points; model: Points;
}
interface Opened {
  proved: string[]; group: string; order: number; width: number; notes: string[];
  loss: number; accuracy: number; reason: string; frequencies: Frequency[];
}
interface Certified { accepted: boolean; message: string; lines: string[] }
interface Pair { rows: string[]; labels: string[]; answer: number; trained: number[][]; exact: number[][] | null }
const SHOWN = 24;

export function network(): HTMLElement {
  let file: File | undefined, opened: Opened | undefined, chosen = 0, kind = "", how: Record<string, string> = {};
  const group = h("input", { type: "text", placeholder: "found, or such as Z2xZ4", "aria-label": "group" }) as HTMLInputElement;
  const activation = h("select", { "aria-label": "activation" }, ...["square", "relu", "abs", "power:4"].map((x) => h("option", {}, x))) as HTMLSelectElement;
  const normalised = h("input", { type: "checkbox" }) as HTMLInputElement;
  const shown = h("div", { class: "shown" });
  const certified = h("div", { "data-testid": "certified" });
  const pairBox = h("div");
  const x = h("input", { type: "text", value: "1", "aria-label": "x", inputmode: "numeric", onchange: () => void tried(pair) }) as HTMLInputElement;
  const y = h("input", { type: "text", value: "2", "aria-label": "y", inputmode: "numeric", onchange: () => void tried(pair) }) as HTMLInputElement;

  /** What is asked of the file, which is sent with every question. */
  async function answer<T>(path: string, asked: Record<string, string> = {}): Promise<T> {
    return copied ? stored<T>(path, asked) : send<T>(`${path}?${new URLSearchParams({ ...how, ...asked })}`, file!);
  }
  async function open(): Promise<void> {
    if (!copied && !file) return;
    how = { name: file?.name ?? "", group: group.value, activation: activation.value, normalised: String(normalised.checked) };
    opened = await answer<Opened>("network/open");
    chosen = 0;
    kind = "";
    certified.replaceChildren();
    draw();
    await pair();
  }
  const again = (): void => void tried(open);
  const example = (): void => void tried(async () => {
    file = new File([await (await fetch("example.npz")).blob()], "example.npz");
    await open();
  });

  function draw(): void {
    const o = opened!;
    shown.replaceChildren(
      h("div", { class: o.reason ? "badge bad" : "badge", "data-testid": "proved" }, o.proved[0],
        ...o.proved.slice(1).map((line) => h("small", {}, line)),
        h("small", {}, `${o.width} nodes over ${o.group}`), ...o.notes.map((note) => h("small", {}, note)),
        o.reason ? h("small", { "data-testid": "reason" }, o.reason) : ""),
      card("What is at each frequency", h("div", { class: "scroll" }, rows(
        ["k", "order", "composition", "parameters", "distance", ""], [1, 4], o.frequencies.map((f, i) => [
          h("button", { class: "do", style: i === chosen ? "border-color:var(--accent)" : "", onclick: () => { chosen = i; draw(); } }, f.label), String(f.order), f.composition,
          Object.entries(f.parameters).map(([n, v]) => `${n} ${v.toFixed(1)}°`).join(", "), f.residual === null ? "" : `${(100 * f.residual).toFixed(2)} %`, f.reason]),
        { "data-testid": "frequencies" }))),
      rings(o.frequencies[chosen]),
      card("Certify", h("p", {}, "Look for the exact optimizer nearest to it, and have the checker judge its certificate."),
        h("button", { class: "do", "data-testid": "certify", onclick: () => void tried(() => certify("nearest")) }, "the nearest"),
        h("button", { class: "do", onclick: () => void tried(() => certify("named")) }, "of named blocks"), certified),
      card("One pair: what each node adds to each output", h("div", { style: "display:flex;gap:.6rem" }, h("label", {}, "x", x), h("label", {}, "y", y)), pairBox));
  }

  function rings(f: Frequency | undefined): HTMLElement {
    if (!f || !f.entries[0]?.length) return card("Entries");
    const box = h("div", { class: "rings" });
    ["a", "b", "c"].forEach((row, r) => {
      const size = 300, trained = f.entries[r].slice(0, SHOWN), model = f.model[r]?.slice(0, SHOWN) ?? [];
      const far = Math.max(1e-12, ...[...trained, ...model].map((z) => Math.hypot(...z)));
      const scale = scaleLinear().domain([-1.2 * far, 1.2 * far]).range([0, size]);
      const svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg")).attr("viewBox", `0 0 ${size} ${size}`)
        .attr("role", "img").attr("aria-label", `entries ${row}, trained and fitted`);
      svg.append("text").attr("x", 8).attr("y", 18).text(row).style("fill", `var(--${row})`).style("font-size", "16px").style("font-weight", "700");
      svg.append("circle").attr("cx", size / 2).attr("cy", size / 2).attr("r", 1.5).attr("fill", "var(--soft)");
      svg.append("circle").attr("cx", size / 2).attr("cy", size / 2).attr("r", scale(far) - size / 2).attr("fill", "none").attr("stroke", "var(--line)");
      model.forEach((z, j) => svg.append("circle").attr("cx", scale(z[0])).attr("cy", scale(-z[1])).attr("r", 8).attr("fill", "none")
        .attr("stroke", colour(j)).attr("stroke-width", 2).append("title").text(`fitted, node ${f.nodes[j]}`));
      trained.forEach((z, j) => svg.append("circle").attr("cx", scale(z[0])).attr("cy", scale(-z[1])).attr("r", 3.5).attr("fill", colour(j))
        .append("title").text(`trained, node ${f.nodes[j]}`));
      box.append(svg.node()!);
    });
    const more = f.entries[0].length > SHOWN ? `; the first ${SHOWN} of ${f.entries[0].length} nodes` : "";
    return card(`Entries at k = ${f.label}: dots trained, rings the fitted composition${more}`, box);
  }

  async function certify(asked: string): Promise<void> {
    certified.replaceChildren(h("p", {}, "looking, for at most half a minute ..."));
    try {
      const found = await answer<Certified>("network/certify", { kind: asked });
      kind = found.accepted ? asked : "";
      certified.replaceChildren(h("div", { class: found.accepted ? "badge" : "badge bad" }, found.lines[0] ?? "", ...found.lines.slice(1).map((t) => h("small", {}, t)), h("small", {}, found.message)),
        h("button", { class: "do", onclick: () => void tried(() => fetched("network/certificate", copied ? { kind: asked } : { ...how, kind: asked }, file)) }, "download the certificate"));
      await pair();
    } catch (error) {
      certified.replaceChildren(h("div", { class: "badge bad" }, (error as Error).message));
    }
  }

  async function pair(): Promise<void> {
    if (!opened) return;
    const found = await answer<Pair>("network/pair", { x: String(Number(x.value) | 0), y: String(Number(y.value) | 0), kind });
    pairBox.replaceChildren(h("p", {}, `the answer is ${found.labels[found.answer]}; red adds, blue takes away`), h("div", { class: "cards" },
      heat("trained", found.trained, found), found.exact ? heat("exact", found.exact, found) : h("p", {}, "certify to see the exact one beside it")));
  }

  function heat(title: string, values: number[][], p: Pair): HTMLElement {
    const cell = Math.max(4, Math.min(18, 440 / p.labels.length)), left = 70, width = left + cell * p.labels.length, tall = Math.min(14, Math.max(4, 420 / values.length));
    const far = Math.max(...extent(values.flat()).map((v) => Math.abs(v ?? 0)), 1e-12);
    const svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg")).attr("viewBox", `0 0 ${width} ${tall * (values.length + 1) + 26}`)
      .style("max-width", `${1.5 * width}px`).attr("role", "img").attr("aria-label", `contributions, ${title}`);
    const put = (row: number[], top: number, name: string): void => row.forEach((v, g) => {
      svg.append("rect").attr("x", left + g * cell).attr("y", top).attr("width", cell - 0.5).attr("height", tall - 0.5)
        .attr("fill", v > 0 ? "var(--bad)" : "var(--a)").attr("opacity", Math.min(1, Math.abs(v) / far)).append("title").text(`${name}, output ${p.labels[g]}: ${v.toPrecision(3)}`);
    });
    const names = tall > 7 ? p.rows : [];
    values.forEach((row, i) => put(row, i * tall, p.rows[i]));
    names.slice(0, values.length).forEach((name, i) => svg.append("text").attr("x", left - 4).attr("y", (i + 0.8) * tall).attr("text-anchor", "end").style("font-size", "9px").text(name));
    const sum = p.labels.map((_, g) => values.reduce((s, row) => s + row[g], 0));
    put(sum, values.length * tall + 6, "sum");
    svg.append("text").attr("x", left - 4).attr("y", values.length * tall + 6 + tall * 0.8).attr("text-anchor", "end").style("font-size", "9px").text("sum");
    svg.append("rect").attr("x", left + p.answer * cell).attr("y", values.length * tall + 6).attr("width", cell).attr("height", tall).attr("fill", "none").attr("stroke", "var(--ink)");
    return h("div", {}, h("p", {}, title), svg.node()!);
  }

  const controls = copied ? h("div", { class: "card" }, h("h2", {}, "An example"), h("p", {}, "A network trained on Z7, read, recognised and certified when this copy was made. Files of your own need the library: run cogo page.")) : h("div", { class: "card" }, h("h2", {}, "Weights"),
    dropped("drop a file of weights, or choose one", (given) => { file = given; again(); }),
    h("label", {}, "group", group), h("label", {}, "activation", activation), h("label", {}, normalised, " its output is multiplied by 1/2d"),
    h("button", { class: "do", onclick: again }, "read it again"), h("p", {}, "The file stays on this machine."),
    h("button", { class: "do", "data-testid": "example", onclick: example }, "no file? a network trained on Z7"));
  if (copied) again();
  return h("div", { class: "columns" }, controls, shown);
}
