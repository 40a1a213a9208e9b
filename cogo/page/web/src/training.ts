// Panel 4: a training run, watched; scrub through its epochs.
import { max } from "d3-array";
import { scaleLinear, scaleLog } from "d3-scale";
import { select } from "d3-selection";
import { line } from "d3-shape";
import { card, copied, h, rows, saved, say, streamed, tried } from "./page";

interface Frequency { label: string; nodes: number; order: number; composition: string; residual: number | null; abc: number; other: number }
interface Snapshot { epoch: number; loss: number; accuracy: number; mixed: number; frequencies: Frequency[] }
type Line = Snapshot | { file: string } | { state: string };

const FIELDS: [string, string, string][] = [
  ["group", "group", "Z7"], ["width", "hidden nodes q", "128"], ["epochs", "epochs", "5000"], ["lr", "learning rate", "0.01"],
  ["weight_decay", "weight decay", "0.00005"], ["train_fraction", "share of pairs trained on", "0.9"], ["seed", "seed", "0"],
];

export function training(): HTMLElement {
  let snapshots: Snapshot[] = [], at = -1, following = true, epochs = 1, going = new AbortController(), file = "";
  const inputs = new Map(FIELDS.map(([name, label, value]) =>
    [name, h("input", { type: "text", value, "aria-label": label }) as HTMLInputElement]));
  const optimizer = h("select", { "aria-label": "optimizer" }, ...["adam", "adamw", "sgd"].map((x) => h("option", {}, x))) as HTMLSelectElement;
  const progress = h("progress", { max: 1, value: 0, style: "width:100%", "aria-label": "progress" }) as HTMLProgressElement;
  const state = h("p", { "data-testid": "state" }, "not started");
  const scrub = h("input", { type: "range", min: 0, max: 0, value: 0, "aria-label": "epoch shown", oninput: () => {
    at = Number(scrub.value); following = at === snapshots.length - 1; draw();
  } }) as HTMLInputElement;
  const charts = h("div", { class: "cards" }), table = h("div", { class: "scroll" });
  async function start(): Promise<void> {
    const asked: Record<string, unknown> = { optimizer: optimizer.value };
    for (const [name, input] of inputs) asked[name] = name === "group" ? input.value : Number(input.value);
    going.abort();
    const mine = going = new AbortController(), began = performance.now();
    file = "";
    let ended = "failed: it was ended", fresh = true;
    const take = (line: Line): void => {
      if (mine.signal.aborted) return;
      if ("state" in line) { ended = line.state; return; }
      if ("file" in line) { file = line.file; return; }
      if (fresh) { snapshots = []; following = true; epochs = Math.max(1, Number(asked.epochs)); fresh = false; }
      snapshots.push(line);
      const done = line.epoch / epochs, left = ((performance.now() - began) / 1000) * (1 / done - 1);
      progress.value = done;
      state.textContent = `epoch ${line.epoch} of ${epochs}${done > 0.02 ? `, ${left.toFixed(0)} s left` : ""}`;
      if (following) at = snapshots.length - 1;
      draw();
    };
    state.textContent = "starting";
    try {
      await streamed<Line>("training", asked, take, mine.signal);
      state.textContent = ended;
    } catch (error) {
      if (mine === going) state.textContent = mine.signal.aborted ? "cancelled" : "not started";
      if (!mine.signal.aborted) throw error;
    }
  }

  function chart(title: string, series: [string, number[]][], log: boolean): HTMLElement {
    const width = 380, height = 180, pad = 34;
    const svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg")).attr("viewBox", `0 0 ${width} ${height}`)
      .attr("role", "img").attr("aria-label", title);
    const x = scaleLinear().domain([0, epochs]).range([pad, width - 8]);
    const high = max(series.flatMap((s) => s[1])) || 1;
    const low = Math.max(1e-16, Math.min(...series.flatMap((s) => s[1].filter((v) => v > 0)), high / 10));
    const y = log ? scaleLog().domain([low, high]).range([height - 20, 10]) : scaleLinear().domain([0, high]).range([height - 20, 10]);
    const powers = (t: number): boolean => !log || Math.abs(Math.log10(t) % 1) < 1e-9 || high / low < 30;
    const ticks = y.ticks(4).filter(powers), step = Math.ceil(ticks.length / 5);
    for (const tick of ticks.filter((_, i) => i % step === 0)) {
      svg.append("line").attr("x1", pad).attr("x2", width - 8).attr("y1", y(tick)).attr("y2", y(tick)).attr("stroke", "var(--line)");
      svg.append("text").attr("x", pad - 4).attr("y", y(tick) + 4).attr("text-anchor", "end").text(log ? tick.toExponential(0) : String(tick));
    }
    series.forEach(([name, values], i) => svg.append("path").attr("fill", "none").attr("stroke", `oklch(0.65 0.15 ${(i * 137.5) % 360})`).attr("stroke-width", 1.6)
      .attr("d", line<number>().x((_, j) => x(snapshots[j].epoch)).y((v) => y(log ? Math.max(v, low) : v))(values)).append("title").text(name));
    if (at >= 0) svg.append("line").attr("x1", x(snapshots[at].epoch)).attr("x2", x(snapshots[at].epoch)).attr("y1", 8).attr("y2", height - 20).attr("stroke", "var(--accent)");
    svg.append("text").attr("x", width - 8).attr("y", height - 4).attr("text-anchor", "end").text("epoch");
    return card(title, svg.node()!);
  }

  function draw(): void {
    if (!snapshots.length) return;
    scrub.max = String(snapshots.length - 1);
    scrub.value = String(at);
    const now = snapshots[at], labels = now.frequencies.map((f) => f.label);
    const of = (f: (x: Frequency) => number): [string, number[]][] => labels.map((label, i) => [label, snapshots.map((s) => f(s.frequencies[i]))]);
    charts.replaceChildren(
      chart("Loss", [["loss", snapshots.map((s) => s.loss)]], true),
      chart("Nodes that read one frequency alone, a line a frequency", of((x) => x.nodes), false),
      chart("|abc| at each frequency: the goal is 1", of((x) => x.abc), false),
      chart("Largest of the other nine potentials: the goal is 0, or carried", of((x) => x.other), true));
    table.replaceChildren(h("p", {}, `epoch ${now.epoch}: loss ${now.loss.toExponential(2)}, accuracy ${(100 * now.accuracy).toFixed(1)} %, ${now.mixed} nodes read several frequencies (measured)`),
      rows(["frequency", "order", "composition", "distance", "|abc|"], [1, 3, 4], now.frequencies.map((f) => [f.label, String(f.order), f.composition,
        f.residual === null ? "" : `${(100 * f.residual).toFixed(2)} %`, f.abc.toFixed(3)])));
  }

  interface Stored { name: string; epochs: number; snapshots: Snapshot[] }
  const runs = h("div");
  const idle = going; // what is started before the stored runs are there goes on
  void tried(async () => {
    const found: Stored[] = await (await fetch("runs.json")).json();
    const open = (run: Stored): void => {
      going.abort();
      ({ epochs, snapshots } = run);
      at = snapshots.length - 1;
      state.textContent = `a stored run: ${run.name}`;
      draw();
    };
    runs.replaceChildren(...found.map((run) => h("button", { class: "do", onclick: () => open(run) }, run.name)));
    if (going === idle) open(found[0]);
  });

  const settings = copied ? [] : [h("h2", {}, "Settings"), ...FIELDS.map(([name, label]) => h("label", {}, label, inputs.get(name)!)), h("label", {}, "optimizer", optimizer),
      h("button", { class: "do", "data-testid": "start", onclick: () => void tried(start) }, "train"),
      h("button", { class: "do", onclick: () => going.abort() }, "cancel"),
      h("button", { class: "do", onclick: () => file
        ? saved(new Blob([Uint8Array.from(atob(file), (x) => x.charCodeAt(0))]), "trained.npz") : say("there is no finished run; train one first") }, "download weights"),
      progress];
  return h("div", { class: "columns" },
    h("div", { class: "card" }, h("h2", {}, "Stored runs ", h("small", {}, "of the paper's settings")), runs, ...settings, state),
    h("div", {}, card("Epoch", scrub, table), h("div", { style: "height:1rem" }), charts));
}
