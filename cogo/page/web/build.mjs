// Build the page's one bundle from src/; with --check, say whether the committed one is that.
import { build } from "esbuild";
import { readFile, writeFile } from "node:fs/promises";

const out = "../static/";
const result = await build({
  entryPoints: ["src/main.ts"], bundle: true, minify: true, format: "esm", target: "es2022",
  write: false, legalComments: "none", charset: "utf8",
});
const files = {
  "app.js": result.outputFiles[0].text,
  "app.css": await readFile("src/app.css", "utf8"),
  "index.html": await readFile("src/index.html", "utf8"),
};
for (const [name, text] of Object.entries(files)) {
  if (process.argv.includes("--check")) {
    if ((await readFile(out + name, "utf8")) !== text) {
      console.error(`static/${name} is not what src/ builds; run: npm run build`);
      process.exitCode = 1;
    }
  } else await writeFile(out + name, text);
}
