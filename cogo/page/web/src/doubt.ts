// Panel 5: a certificate, the checker run on it, one digit changed, and the checker's source.
import { ask, card, copied, dropped, h, send, stored, tried } from "./page";

interface Answer { code: number | null; message: string }
interface Tampered extends Answer { line: number; was: string; is: string }

export function doubt(): HTMLElement {
  let file: Blob | undefined;
  const verdict = h("div", { class: "badge bad", "data-testid": "verdict" }, "no certificate yet");
  const tamper = h("button", { class: "do", disabled: true, "data-testid": "tamper", onclick: () => void tried(async () => {
    const found = await send<Tampered>("tamper", file!);
    shown(found, `after ${found.was} became ${found.is} in line ${found.line}: `);
  }) }, "tamper: change one digit") as HTMLButtonElement;
  function shown(answer: Answer, before = ""): void {
    verdict.className = answer.code === 0 ? "badge" : "badge bad";
    verdict.textContent = before + answer.message;
  }
  const take = (given: Blob): void => void tried(async () => {
    file = given;
    tamper.disabled = false;
    shown(await send<Answer>("check", given));
  });
  if (copied) void tried(async () => {
    const found = await stored<{ checked: Answer; tampered: Tampered }>("sample");
    shown(found.checked, "the certificate of Z7, when this copy was made: ");
    tamper.disabled = false;
    tamper.onclick = (event) => { event.stopImmediatePropagation(); shown(found.tampered, `after ${found.tampered.was} became ${found.tampered.is} in line ${found.tampered.line}: `); };
  });
  const source = h("pre", { class: "source", tabindex: 0 });
  void tried(async () => { source.textContent = (await ask<{ text: string }>("source")).text; });
  return h("div", { class: "cards" },
    card("A certificate", dropped("drop a certificate (.cert.json), or choose one", take), h("p", {}, tamper), verdict,
      h("p", {}, "The file beside this, unmodified, is run on it by Python on this machine, in a process of its own.")),
    card("checker.py: all of it", source));
}
