// person-boxes.csv: where the persons are in the pictures labelled 'person' of an annotation file.
//
//     npm install && node find-persons.mjs ../../../../shared/data/persons/train.csv > person-boxes.csv
//
// The finder is MB3-CenterNet, trained on COCO by its authors, as the package @vladmandic/human carries it (4 MB, MIT). It takes 0.3 s a
// picture on one core. The boxes are for training only; nothing of the finder ships.
//
// The pictures come in the order of their names. With a file of boxes as second argument the pictures up to its last one are left out, and the
// output has no header: `node find-persons.mjs .../train-wild.csv person-boxes-wild.csv >> person-boxes-wild.csv` continues.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import * as tf from "@tensorflow/tfjs-core";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

const INPUT = 512; // pixels, both sides
const PERSON = 0; // of COCO's classes
const LEAST_SCORE = 0.1; // the trainer holds boxes under 0.2 for doubtful, and leaves doubtful places out
const SAME = 0.55; // intersection over union of two boxes of one person
const INSIDE = 0.75; // share of a box that lies in a better one and then says nothing new

const fail = (sentence) => { console.error(`find-persons: ${sentence}`); process.exit(1); };
const area = ([x1, y1, x2, y2]) => Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
const common = (a, b) => area([Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])]);

/** Pictures of an annotation file (image,label,...) that show a person, as the file names them. */
function pictures(csv) {
  if (!csv) fail("usage: node find-persons.mjs ANNOTATIONS.csv");
  let text;
  try { text = fs.readFileSync(csv, "utf8"); } catch (error) { fail(`${csv}: ${error.message}`); }
  const [header, ...rows] = text.trim().split(/\r?\n/).map((line) => line.split(","));
  const image = header.indexOf("image"), label = header.indexOf("label");
  if (image < 0 || label < 0) fail(`${csv}: the columns 'image' and 'label' are missing`);
  return rows.filter((row) => row[label] === "person").map((row) => row[image]).sort();
}

async function load() {
  const packages = fileURLToPath(new URL("node_modules/", import.meta.url));
  setWasmPaths(packages + "@tensorflow/tfjs-backend-wasm/dist/");
  setThreadsCount(1);
  await tf.setBackend("wasm");
  const folder = packages + "@vladmandic/human/models/";
  const graph = JSON.parse(fs.readFileSync(folder + "centernet.json"));
  const weights = fs.readFileSync(folder + "centernet.bin");
  return loadGraphModel({
    load: async () => ({
      modelTopology: graph.modelTopology, signature: graph.signature, format: graph.format,
      weightSpecs: graph.weightsManifest.flatMap((group) => group.weights),
      weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength),
    }),
  });
}

/** Boxes [x1, y1, x2, y2, score] in pixels of the picture, best first. */
async function find(model, file) {
  const { data, info: { width, height } } = await sharp(file).toColourspace("srgb").removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const scale = Math.min(INPUT / width, INPUT / height);
  const rows = tf.tidy(() => {
    const pixels = tf.tensor3d(Float32Array.from(data), [height, width, 3]);
    const [h, w] = [Math.round(height * scale), Math.round(width * scale)];
    const fitted = tf.pad(tf.image.resizeBilinear(pixels, [h, w], false, true), [[0, INPUT - h], [0, INPUT - w], [0, 0]]);
    return model.execute(tf.expandDims(fitted), "tower_0/detections").dataSync();
  });
  const found = [];
  for (let i = 0; i < rows.length; i += 6) {
    const box = [...rows.slice(i, i + 4)].map((v, side) => Math.min(Math.max(v / scale, 0), side % 2 ? height : width));
    if (rows[i + 5] === PERSON && box[2] - box[0] >= 2 && box[3] - box[1] >= 2) found.push([...box, rows[i + 4]]);
  }
  found.sort((a, b) => b[4] - a[4]);
  const kept = [];
  for (const box of found) {
    if (box[4] < Math.min(LEAST_SCORE, found[0][4])) break;
    const known = kept.some((other) => {
      const shared = common(box, other);
      return shared > INSIDE * area(box) || shared > SAME * (area(box) + area(other) - shared);
    });
    if (!known) kept.push(box);
  }
  return kept;
}

/** The last picture of a file of boxes, "" when there is no file. */
function last(csv) {
  if (!csv) return "";
  try { return fs.readFileSync(csv, "utf8").trim().split("\n").pop().split(",")[0]; } catch (error) { return fail(`${csv}: ${error.message}`); }
}

const [, , annotations, known] = process.argv;
const names = pictures(annotations).filter((name) => name > last(known));
const model = await load();
if (!known) console.log("image,score,x,y,w,h");
for (const name of names) {
  let boxes;
  try { boxes = await find(model, path.join(path.dirname(annotations), name)); } catch (error) { fail(`${name}: ${error.message}`); }
  for (const [x1, y1, x2, y2, score] of boxes)
    console.log([name, score.toFixed(2), Math.floor(x1), Math.floor(y1), Math.floor(x2 - x1), Math.floor(y2 - y1)].join(","));
}
