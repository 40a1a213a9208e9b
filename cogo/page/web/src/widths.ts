// Panel 6: how few nodes suffice, how few do not, what the theory claims, and today's report of it.
import { Child, ask, card, copied, fetched, formula, h, rows, stored, streamed, tried } from "./page";

interface Width { family: string; width: number; least: number }
interface Found {
  widths: { group: string; order: number; onehot: Width; projected: Width }[];
  claims: { id: string; statement: string; latex: string; source: string }[];
}
interface Outcome { claim: string; word: string; how: string; counterexample: string; seconds: number }

export function widths(): HTMLElement {
  const view = h("div", { class: "shown" });
  const outcomes = new Map<string, Outcome>();
  const badge = h("div", { class: "badge", hidden: true, "data-testid": "report" });
  const group = h("input", { type: "text", value: "Z5", "aria-label": "group of the report", style: "width:7rem" }) as HTMLInputElement;
  let draw = (): void => undefined, run = new AbortController();

  const certificate = (name: string, target: string, x: Width): Child => h("button", {
    class: "link", title: `download the certificate of ${x.width} nodes`,
    onclick: () => void tried(() => fetched("download/certificate", { group: name, family: x.family, target })),
  }, x.family);
  const nodes = (x: Width): Child => x.width === x.least ? h("strong", { class: "known" }, String(x.width)) : `${x.least} to ${x.width}`;

  /** What was found so far, in the words of the report of cogo prove. */
  function summary(name: string, state: string): void {
    const count = new Map<string, number>();
    for (const x of outcomes.values()) count.set(x.word, (count.get(x.word) ?? 0) + 1);
    const refuted = count.get("refuted") ?? 0;
    badge.hidden = false;
    badge.className = refuted ? "badge bad" : "badge";
    badge.replaceChildren(`${refuted ? `Refuted: ${refuted}` : "Nothing was refuted"}: ${[...count].map(([word, n]) => `${n} ${word}`).join(", ")}`,
      h("small", {}, `cogo prove ${name}, ${state}`));
    draw();
  }
  const take = (found: Outcome[]): void => found.forEach((x) => outcomes.set(x.claim, x));
  async function prove(): Promise<void> {
    run.abort();
    const mine = run = new AbortController(), name = group.value;
    let total = 0, ended = "failed: it was ended";
    outcomes.clear();
    await streamed<Outcome | { total: number } | { state: string }>("prove", { group: name }, (line) => {
      if (mine.signal.aborted) return;
      if ("total" in line) total = line.total;
      else if ("state" in line) ended = line.state === "done" ? `all ${total} checked now` : line.state;
      else take([line]);
      summary(name, `${outcomes.size} of ${total} checked`);
    }, mine.signal).catch((error) => { if (!mine.signal.aborted) throw error; });
    if (mine === run) summary(name, ended);
  }
  const today = (x: Outcome | undefined): Child[] => x === undefined ? [] : [
    h("span", { class: x.word === "refuted" || x.word === "rests on refuted" ? "refutes" : "known" }, x.word === "refuted" ? "refuted" : x.how),
    h("small", {}, x.counterexample || ` ${(1000 * x.seconds).toFixed(0)} ms`)];

  void tried(async () => {
    const found = await ask<Found>("widths");
    const needle = h("input", { type: "text", placeholder: "look for a word", "aria-label": "look for a claim" }) as HTMLInputElement;
    const list = h("div", { class: "scroll" });
    draw = () => list.replaceChildren(rows(["claim", "what it says", "today", "source"], [], found.claims
      .filter((x) => `${x.id} ${x.statement} ${x.source}`.toLowerCase().includes(needle.value.toLowerCase()))
      .map((x) => [h("span", { class: "mono" }, x.id), h("div", {}, x.statement, h("div", {}, formula(x.latex))), h("div", {}, ...today(outcomes.get(x.id))), x.source])));
    needle.addEventListener("input", () => draw());
    draw();
    if (copied) {
      const report = await stored<{ group: string; date: string; outcomes: Outcome[] }>("report");
      take(report.outcomes);
      summary(report.group, `as checked when this copy was made, ${report.date}`);
    }
    view.replaceChildren(
      card("Least widths", h("p", {}, "A family of the width exists and is proved; click it for its certificate. That fewer do not suffice is cited from the project's paper proofs. One number: the least width is known."),
        h("div", { class: "scroll" }, rows(["group", "one-hot", "nodes", "projected", "nodes"], [2, 4], found.widths.map((x) =>
          [x.group, certificate(x.group, "onehot", x.onehot), nodes(x.onehot), certificate(x.group, "projected", x.projected), nodes(x.projected)])))),
      card(`Claims of the theory: ${found.claims.length}`,
        copied ? "" : h("p", {}, "Check them all, now, for the group ", group, " ", h("button", { class: "do", "data-testid": "prove", onclick: () => void tried(prove) }, "cogo prove"), " some ten seconds for small groups"),
        badge, needle, list));
  });
  return view;
}
