// Small pieces of the page: elements, requests, formulas, messages.
import katex from "katex";

export type Child = Node | string;

export function h(
  tag: string, attributes: Record<string, unknown> = {}, ...children: Child[]
): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

export function card(title: string, ...children: Child[]): HTMLElement {
  return h("section", { class: "card" }, h("h2", {}, title), ...children);
}

/** A formula as MathML: no fonts are needed, and readers of screens can say it. */
export function formula(latex: string): HTMLElement {
  const span = h("span");
  katex.render(latex, span, { output: "mathml", throwOnError: false });
  return span;
}

let clearing = 0;

export function say(text: string): void {
  const box = document.getElementById("message")!;
  box.textContent = text;
  box.classList.toggle("on", text !== "");
  window.clearTimeout(clearing);
  if (text) clearing = window.setTimeout(() => say(""), 12000);
}

async function request(path: string, body: BodyInit, kind: string, signal?: AbortSignal): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { method: "POST", body, headers: { "Content-Type": kind }, signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error("the server does not answer; is cogo page still running?");
  }
  if (answer.ok) return answer;
  const text = await answer.text();
  let message = text;
  try { message = JSON.parse(text).error ?? text; } catch { /* it was no JSON */ }
  throw new Error(message.slice(0, 500));
}

/** Whether this is a copy in a folder, which answers what was asked when it was made. */
export const copied = document.querySelector('meta[name="cogo"]') !== null;
const files = new Map<string, Promise<Record<string, unknown>>>();

/** Sort names, and leave out what is empty, as the answers are filed. */
function filed(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(filed);
  if (data === null || typeof data !== "object") return data;
  return Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, x]) => [name, name === "phases" ? Object.fromEntries(Object.entries(x as object).filter(([, v]) => v)) : filed(x)])
    .filter(([, x]) => !(x !== null && typeof x === "object" && Object.keys(x).length === 0)));
}

export async function stored<T>(path: string, data: Record<string, unknown> = {}): Promise<T> {
  const [room] = path.split("/");
  const name = "group" in data ? String(data.group) : room === "network" ? room : ["compose", "tiles"].includes(room) ? "compose" : "others";
  if (!files.has(name))
    files.set(name, fetch(`${name}.json`).then((answer) => (answer.ok ? answer.json() : {})));
  const found = await files.get(name)!;
  for (const asked of [data, { ...data, node: 0 }]) {
    const key = `${path} ${JSON.stringify(filed(asked))}`;
    if (key in found) return found[key] as T;
  }
  throw new Error("this copy of the page has no answer to that: run cogo page, which asks the library");
}

export async function ask<T>(path: string, data: unknown = {}): Promise<T> {
  if (copied) return stored<T>(path, data as Record<string, unknown>);
  return (await request(`api/${path}`, JSON.stringify(data), "application/json")).json();
}

export async function send<T>(path: string, content: Blob | string): Promise<T> {
  if (copied) throw new Error("a copy of the page reads no files: run cogo page");
  return (await request(`api/${path}`, content, "application/octet-stream")).json();
}

/** Take each line that the server sends while it works; the signal ends the work. */
export async function streamed<T>(path: string, data: unknown, take: (line: T) => void, signal: AbortSignal): Promise<void> {
  const answer = await request(`api/${path}`, JSON.stringify(data), "application/json", signal);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop()!;
    for (const line of lines) take(JSON.parse(line));
  }
}

/** Save what the server answers, of a file if one is sent, as a file of the name it gives. */
export async function fetched(path: string, data: unknown, sent?: Blob): Promise<void> {
  let content: Blob, name: string | null;
  if (copied) {
    const [stem, text] = await stored<[string, string]>(path, data as Record<string, unknown>);
    [name, content] = [stem, new Blob([text])];
  } else {
    const answer = await (sent ? request(`api/${path}?${new URLSearchParams(data as Record<string, string>)}`, sent, "application/octet-stream")
      : request(`api/${path}`, JSON.stringify(data), "application/json"));
    [name, content] = [answer.headers.get("X-File-Name"), await answer.blob()];
  }
  saved(content, name);
}

export function saved(content: Blob, name: string | null): void {
  const link = h("a", { href: URL.createObjectURL(content), download: name }) as HTMLAnchorElement;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** The rows of a table, the cells of some columns to the right, as numbers are. */
export function rows(head: string[], right: number[], lines: Child[][], attributes: Record<string, unknown> = {}): HTMLElement {
  const of = (tag: string, line: Child[]) => h("tr", {}, ...line.map((x, i) => h(tag, right.includes(i) ? { class: "n" } : {}, x)));
  return h("table", attributes, of("th", head), ...lines.map((line) => of("td", line)));
}

/** Run what may fail; a failure is one line at the foot of the page. */
export async function tried(action: () => Promise<void>): Promise<void> {
  try { await action(); say(""); } catch (error) { say((error as Error).message); }
}

/** Run the newest of many calls, one at a time: what a slider asks while it moves. */
export function newest(action: () => Promise<void>): () => void {
  let running = false, again = false;
  const run = async (): Promise<void> => {
    if (running) { again = true; return; }
    running = true;
    await tried(action);
    running = false;
    if (again) { again = false; void run(); }
  };
  return () => void run();
}

/** A colour for each node, no two of a block alike. */
export function colour(j: number): string {
  return `oklch(0.68 0.15 ${(j * 137.508) % 360})`;
}

/** What takes a dropped or chosen file. */
export function dropped(label: string, take: (file: File) => void): HTMLElement {
  const input = h("input", { type: "file", "aria-label": label, onchange: () => {
    const file = (input as HTMLInputElement).files?.[0];
    if (file) take(file);
  } });
  const box = h("div", { class: "drop" }, h("p", {}, label), input);
  box.addEventListener("dragover", (event) => { event.preventDefault(); box.classList.add("over"); });
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("over");
    const file = event.dataTransfer?.files[0];
    if (file) take(file);
  });
  return box;
}
