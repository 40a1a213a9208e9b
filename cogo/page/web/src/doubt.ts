// Panel 5: a certificate, the checker run on it, one digit changed, and the checker's source.
import { ask, card, copied, dropped, h, say, send, stored, tried } from "./page";

interface Lines { counts: Record<string, number>; raised: number[] }
interface Answer { code: number | null; message: string }
interface Tampered extends Answer, Lines { line: number; was: string; is: string }

export function doubt(): HTMLElement {
  let file: Blob | undefined, sample: (Tampered & { checked: Answer & Lines }) | undefined;
  const verdict = h("div", { class: "badge bad", "data-testid": "verdict" }, "no certificate yet");
  const source = h("pre", { class: "source", tabindex: 0, "aria-label": "source of the checker" });
  let text: string[] = [];

  function shown(answer: Answer, before = ""): void {
    verdict.className = answer.code === 0 ? "badge" : "badge bad";
    verdict.textContent = before + answer.message;
  }
  /** The source, before each line how often it ran, and a mark where it refused. */
  function counted(found: Lines = { counts: {}, raised: [] }): void {
    source.replaceChildren(...text.map((line, i) => {
      const count = found.counts[i + 1], refused = found.raised.includes(i + 1);
      return h("span", { class: refused ? "line refused" : count ? "line ran" : "line", ...(refused ? { "data-testid": "refused" } : {}) },
        h("span", { class: "count" }, refused ? "refused" : count ? `${count}x` : ""), `${line}\n`);
    }));
    source.querySelector(".refused")?.scrollIntoView({ block: "nearest" });
  }
  const changed = (x: Tampered): void => {
    shown(x, `after ${x.was} became ${x.is} in line ${x.line}: `);
    counted(x);
  };
  const tamper = h("button", { class: "do", disabled: true, "data-testid": "tamper", onclick: () => void tried(async () => {
    changed(sample ?? (await send<Tampered>("tamper", file!)));
  }) }, "tamper: change one digit") as HTMLButtonElement;
  const take = (given: Blob): void => void tried(async () => {
    file = given;
    tamper.disabled = false;
    shown(await send<Answer>("check", given));
    void send<Lines>("lines", given).then(counted, (error: Error) => { counted(); say(error.message); });
  });
  void tried(async () => {
    text = (await ask<{ text: string }>("source")).text.trimEnd().split("\n");
    counted();
    if (!copied) return;
    const found = await stored<{ checked: Answer & Lines; tampered: Tampered }>("sample");
    sample = { ...found.tampered, checked: found.checked };
    shown(found.checked, "the certificate of Z7, when this copy was made: ");
    counted(found.checked);
    tamper.disabled = false;
  });
  return h("div", { class: "cards" },
    card("A certificate", dropped("drop a certificate (.cert.json), or choose one", take), h("p", {}, tamper), verdict,
      h("p", {}, "checker.py, the file beside this, is run on it unmodified by Python on this machine, in a process of its own; then once more with its lines counted.")),
    card("checker.py: all of it, and how often each line ran", source));
}
