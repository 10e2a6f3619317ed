// Builds the map page into dist/: hashed files under assets/, index.html that
// names them, and a .br and .gz twin of everything that compresses, so that the
// server never compresses the same bytes twice.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, "dist");
const assets = path.join(dist, "assets");

await rm(assets, { recursive: true, force: true });
for (const name of await readdir(dist).catch(() => [])) {
  if (/^(index|record)\.html/.test(name)) await rm(path.join(dist, name));
}
await mkdir(assets, { recursive: true });

const worker = await copyWorker();
const result = await build({
  absWorkingDir: root,
  entryPoints: { main: "src/main.ts", record: "src/record.ts" },
  bundle: true,
  format: "esm",
  splitting: true,
  minify: true,
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
  outdir: "dist/assets",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file" },
  define: { KRAJ_WORKER_FILE: JSON.stringify(worker) },
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
});
await writePage(result.metafile, "src/main.ts", "index.html");
await writePage(result.metafile, "src/record.ts", "record.html");
await writeLicences();
await compressAll();

/** MapLibre's worker is a module of its own; it is copied under a hashed name. */
async function copyWorker() {
  const source = path.join(root, "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs");
  const text = (await readFile(source, "utf8")).replace(/\/\/# sourceMappingURL=.*\s*$/, "");
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const name = `maplibre-worker-${hash}.js`;
  await writeFile(path.join(assets, name), text);
  return name;
}

/** A page with its entry's script, style and what both need at once. */
async function writePage(meta, entry, name) {
  const [script, info] = Object.entries(meta.outputs).find(([, o]) => o.entryPoint === entry);
  const fonts = Object.keys(meta.outputs).filter((f) => /source-sans-3-latin(-ext)?-wght-normal.*woff2$/.test(f));
  const relative = (f) => path.posix.relative("dist", f);
  const shared = info.imports.filter((i) => i.kind === "import-statement").map((i) => i.path);
  const head = [
    ...fonts.map((f) => `<link rel="preload" href="${relative(f)}" as="font" type="font/woff2" crossorigin>`),
    `<link rel="stylesheet" href="${relative(info.cssBundle)}">`,
    ...shared.map((f) => `<link rel="modulepreload" href="${relative(f)}">`),
    `<script type="module" src="${relative(script)}"></script>`,
  ].join("\n    ");
  const html = (await readFile(path.join(root, name), "utf8")).replace("<!-- assets -->", head);
  await writeFile(path.join(dist, name), html);
}

/** The notices that the bundled packages ask to be kept with copies of them. */
async function writeLicences() {
  const parts = [];
  for (const name of ["maplibre-gl/LICENSE.txt", "@fontsource-variable/source-sans-3/LICENSE"]) {
    parts.push(`${name}\n\n${await readFile(path.join(root, "node_modules", name), "utf8")}`);
  }
  await writeFile(path.join(assets, "licences.txt"), parts.join("\n\n----\n\n"));
}

async function compressAll() {
  const files = (await readdir(assets)).map((f) => path.join(assets, f)).concat(path.join(dist, "index.html"));
  for (const file of files) {
    if (!/\.(js|css|html|txt)$/.test(file)) continue;
    const bytes = await readFile(file);
    const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
    await writeFile(`${file}.br`, brotliCompressSync(bytes, brotli));
    await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
  if (process.argv.includes("--sizes")) for (const file of files) await report(file);
}

async function report(file) {
  const size = async (f) => (await stat(f).catch(() => ({ size: 0 }))).size;
  console.log(path.basename(file), await size(file), "br", await size(`${file}.br`), "gz", await size(`${file}.gz`));
}
