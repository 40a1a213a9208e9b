// Drawings: rings of entries, rows of weights as curves, slices of the function tensor.
import { max } from "d3-array";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { arc, curveLinear, line } from "d3-shape";
import { colour } from "./page";

export interface Entry { row: string; k: number; label: string; text: string }
export type Numbers = [number, number][][];

const ROWS = ["a", "b", "c"];

function canvas(width: number, height: number, label: string) {
  const svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg"))
    .attr("viewBox", `0 0 ${width} ${height}`).attr("role", "img").attr("aria-label", label);
  return svg;
}

/** The entries at one frequency on three rings, `a`, `b`, `c`; one colour a node. */
export function rings(
  nodes: Entry[][], numbers: Numbers, k: number, chosen: number, choose: (j: number) => void,
): HTMLElement {
  const points = nodes.flatMap((node, j) => node.map((x, i) => ({ ...x, j, z: numbers[j][i] })))
    .filter((x) => x.k === k);
  const box = document.createElement("div");
  box.className = "rings";
  for (const row of ROWS) box.append(ring(row, points.filter((x) => x.row === row), chosen, choose));
  return box;
}

interface Point { row: string; label: string; text: string; j: number; z: [number, number] }

/** One row's entries as points of the plane; nodes at the same place have a sector each. */
export function ring(row: string, own: Point[], chosen: number, choose: (j: number) => void): SVGSVGElement {
  const size = 300;
  const svg = canvas(size, size, `entries ${row} of each node as points of the plane`);
  const far = max(own, (x) => Math.hypot(...x.z)) || 1;
  const scale = scaleLinear().domain([-1.2 * far, 1.2 * far]).range([0, size]);
  for (const radius of new Set(own.map((x) => Math.hypot(...x.z).toPrecision(6))))
    svg.append("circle").attr("cx", size / 2).attr("cy", size / 2)
      .attr("r", scale(Number(radius)) - size / 2).attr("fill", "none").attr("stroke", "var(--line)");
  svg.append("text").attr("x", 8).attr("y", 18).text(row).style("fill", `var(--${row})`)
    .style("font-size", "16px").style("font-weight", "700");
  const at = new Map<string, Point[]>();
  for (const x of own) {
    const key = x.z.map((v) => (v / far).toFixed(5)).join(" ");
    at.set(key, [...(at.get(key) ?? []), x]);
  }
  for (const shared of at.values()) shared.forEach((x, n) => {
    const cx = scale(x.z[0]), cy = scale(-x.z[1]), turn = (2 * Math.PI) / shared.length;
    const sector = arc()({ innerRadius: 0, outerRadius: shared.length > 1 ? 8 : 5.5, startAngle: n * turn, endAngle: (n + 1) * turn });
    svg.append("path").attr("d", sector).attr("transform", `translate(${cx},${cy})`).attr("fill", colour(x.j))
      .attr("stroke", x.j === chosen ? "var(--ink)" : "none").attr("stroke-width", 2.5)
      .style("cursor", "pointer").on("click", () => choose(x.j))
      .append("title").text(`node ${x.j}: ${row}[${x.label}] = ${x.text}`);
    svg.append("circle").attr("class", "node").attr("cx", cx).attr("cy", cy).attr("r", 0);
  });
  return svg.node()!;
}

/** One node's rows of weights over the elements of the group. */
export function curves(rows: Record<string, number[]>): SVGSVGElement {
  const width = 460, height = 190, pad = 22;
  const svg = canvas(width, height, "weights of the chosen node over the group");
  const values = Object.values(rows);
  const n = values[0].length;
  const far = max(values.flat(), Math.abs) || 1;
  const x = scaleLinear().domain([0, Math.max(1, n - 1)]).range([pad, width - pad]);
  const y = scaleLinear().domain([-far, far]).range([height - pad, pad]);
  svg.append("line").attr("x1", pad).attr("x2", width - pad).attr("y1", y(0)).attr("y2", y(0))
    .attr("stroke", "var(--line)");
  for (const [row, w] of Object.entries(rows)) {
    svg.append("path").attr("fill", "none").attr("stroke", `var(--${row})`).attr("stroke-width", 1.6)
      .attr("d", line<number>().x((_, i) => x(i)).y((v) => y(v)).curve(curveLinear)(w));
    if (n <= 40)
      svg.append("g").selectAll("circle").data(w).join("circle").attr("r", 2.6)
        .attr("cx", (_, i) => x(i)).attr("cy", (v) => y(v)).attr("fill", `var(--${row})`);
  }
  Object.keys(rows).forEach((row, i) => svg.append("text").attr("x", pad + 44 * i).attr("y", 14)
    .style("fill", `var(--${row})`).text(`w_${row}`));
  svg.append("text").attr("x", width - pad).attr("y", height - 5).attr("text-anchor", "end")
    .text(`group elements 0 to ${n - 1}`);
  return svg.node()!;
}

export interface Slice { order: number; k: number; wrong: [number, number, number][]; diagonal: number; labels: string[] }

/** |T[k1, k2, k]|: the one framed cell must be 1, every other 0. */
export function tensor(slice: Slice): SVGSVGElement {
  const size = 330, pad = 24, d = slice.order;
  const cell = (size - pad) / d;
  const svg = canvas(size, size, `function tensor at output frequency ${slice.k}`);
  svg.append("rect").attr("x", pad).attr("y", pad).attr("width", size - pad).attr("height", size - pad)
    .attr("fill", "var(--dark)");
  const put = (k1: number, k2: number, value: number, fill: string) =>
    svg.append("rect").attr("x", pad + k2 * cell).attr("y", pad + k1 * cell)
      .attr("width", Math.max(cell - (d > 40 ? 0 : 1), 1)).attr("height", Math.max(cell - (d > 40 ? 0 : 1), 1))
      .attr("fill", fill).attr("opacity", 0.25 + 0.75 * Math.min(1, value))
      .append("title").text(`|T[${k1},${k2},${slice.k}]| = ${value.toPrecision(4)}`);
  for (const [k1, k2, value] of slice.wrong) put(k1, k2, value, "var(--bad)");
  put(slice.k, slice.k, slice.diagonal, Math.abs(slice.diagonal - 1) < 1e-9 ? "var(--good)" : "var(--bad)");
  svg.append("rect").attr("x", pad + slice.k * cell).attr("y", pad + slice.k * cell)
    .attr("width", cell).attr("height", cell).attr("fill", "none").attr("stroke", "var(--ink)")
    .attr("stroke-width", 1.5);
  if (slice.labels.length)
    slice.labels.forEach((text, i) => {
      const middle = pad + (i + 0.5) * cell;
      svg.append("text").attr("x", middle).attr("y", pad - 6).attr("text-anchor", "middle").text(text)
        .style("font-size", `${Math.min(11, cell * 0.6)}px`);
      svg.append("text").attr("x", pad - 5).attr("y", middle + 4).attr("text-anchor", "end").text(text)
        .style("font-size", `${Math.min(11, cell * 0.6)}px`);
    });
  return svg.node()!;
}
