// Writes face-api.json: what @vladmandic/face-api itself (its bundled TensorFlow.js, CPU backend) computes on the four synthesised faces of
// ../shared/base/reference.safetensors. The tests compare the TorchSharp networks with it.
//   node face-api.mjs NODE_MODULES/@vladmandic/face-api SHARED/base/reference.safetensors > face-api.json
import fs from 'node:fs';
const [pkg, reference] = process.argv.slice(2);
globalThis.window = globalThis; // the bundle looks for a browser; any canvas will do, none is used
globalThis.document = { createElement: () => ({ getContext: () => null }) };
const faceapi = await import(`${pkg}/dist/face-api.esm.js`);
const tf = faceapi.tf;
await tf.setBackend('cpu');

const bytes = fs.readFileSync(reference);
const headerLength = Number(bytes.readBigUInt64LE(0));
const header = JSON.parse(bytes.subarray(8, 8 + headerLength).toString());
const [start] = header.img.data_offsets;
const pixels = new Float32Array(4 * 3 * 128 * 128);
for (let i = 0; i < pixels.length; i++) pixels[i] = bytes.readFloatLE(8 + headerLength + start + 4 * i);

// Face n as 8-bit NHWC [1, size, size, 3]: every source pixel repeated `zoom` times, then cut out of the middle.
function picture(n, zoom, size) {
  const out = new Float32Array(size * size * 3);
  const margin = (128 * zoom - size) / 2;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let c = 0; c < 3; c++) {
        const v = pixels[((n * 3 + c) * 128 + Math.floor((y + margin) / zoom)) * 128 + Math.floor((x + margin) / zoom)];
        out[(y * size + x) * 3 + c] = Math.min(255, Math.max(0, Math.floor((v + 1) * 127.5 + 0.5)));
      }
  return tf.tensor4d(out, [1, size, size, 3]);
}

function load(net, name) {
  const manifest = JSON.parse(fs.readFileSync(`${pkg}/model/${name}-weights_manifest.json`));
  const shard = fs.readFileSync(`${pkg}/model/${name}.bin`);
  const map = tf.io.decodeWeights(shard.buffer.slice(shard.byteOffset, shard.byteOffset + shard.length), manifest[0].weights);
  net.loadFromWeightMap(map);
  return net;
}

const detector = load(faceapi.nets.ssdMobilenetv1, 'ssd_mobilenetv1_model');
const landmarks = load(faceapi.nets.faceLandmark68Net, 'face_landmark_68_model');
const recognition = load(faceapi.nets.faceRecognitionNet, 'face_recognition_model');
const expression = load(faceapi.nets.faceExpressionNet, 'face_expression_model');
const age = load(faceapi.nets.ageGenderNet, 'age_gender_model');

const input = async (t) => faceapi.toNetInput(t);
const numbers = (t) => Array.from(t.dataSync()).map((v) => Number(v.toPrecision(7)));
const faces = [];
for (let n = 0; n < 4; n++) {
  const small = await input(picture(n, 1, 112));
  const found = detector.forwardInput(await input(picture(n, 4, 512)));
  const scores = numbers(found.scores[0]);
  const order = scores.map((_, i) => i).sort((a, b) => scores[b] - scores[a]).slice(0, 5);
  const boxes = found.boxes[0].arraySync();
  const ages = age.runNet(small);
  faces.push({
    embedding: numbers(recognition.forwardInput(await input(picture(n, 2, 150)))),
    landmarks: numbers(landmarks.runNet(small)),
    expression: numbers(expression.runNet(small)),
    age: numbers(ages.age)[0],
    gender: numbers(ages.gender),
    detections: order.map((i) => ({ anchor: i, score: scores[i], box: boxes[i].map((v) => Number(v.toPrecision(7))) })),
  });
}
process.stdout.write(JSON.stringify({ faces }, null, 1).replace(/\n\s+(-?[\d.e-]+,?)(?=\n)/g, ' $1') + '\n');
