# The rows of the README's table of figures, from docs/figures.json.
def n1: . * 10 | round / 10;
def n3: . * 1000 | round / 1000 | tostring | if test("\\.") then (. + "000")[0:5] else . + ".000" end;
def thousands: tostring | [match("^(.*?)((?:[0-9]{3})*)$").captures[].string] as [$head, $tail]
  | [$head, ($tail | scan("[0-9]{3}"))] | map(select(. != "")) | join(",");
def millions: . / 1e6 | n1 | tostring;
def row($what; $figure; $how): "| \($what) | \($figure) | \($how) |";

. as $f
| "| what | figure | how |",
  "|---|---|---|",
  ($f.detectors[] |
    row("**\(.model)**, faces in \(.width)x\(.height)";
      "average precision at IoU 0.5: \(.ap | n3) on \(.images) validation pictures with \(.faces) faces" + (if .wild then ", \(.wild.ap | n3) on \(.wild.images) pictures of crowds and streets with \(.wild.faces | thousands) faces" else "" end) + "; precision \(.precision | n3) and recall \(.recall | n3) at the working threshold; \(.multiplyAdds | millions) million multiply-adds, \(.parameters | thousands) parameters";
      "`rnnpool-edge eval --engine onnx --model models/\(.model) val.csv`")),
  ($f.classifiers[] |
    row("**\(.model)**, person or not in \(.width)x\(.height)";
      "accuracy \(.accuracy | n3) on \(.images) validation pictures, \(.quantizedAccuracy | n3) quantized" + (if .wild then "; \(.wild.accuracy | n3) on \(.wild.images) pictures of everyday scenes, \(.wild.quantizedAccuracy | n3) quantized" else "" end);
      "`rnnpool-edge eval --engine onnx --model models/\(.model) val.csv`")),
  row("one inference, frame to boxes, one thread";
    "median " + ([$f.host.models[] | "\(.model) \(.medianMs | n1) ms" + (if .onnxMs > .medianMs then " (\(.onnxMs | n1) ms in ONNX Runtime)" else "" end)] | join(", ")) + " on \($f.host.machine)";
    "`rnnpool-edge bench`"),
  ($f.firmware[] |
    row("\(.model) on a Cortex-M4 (\(.board))";
      "\(.instructions | millions) million instructions a frame, \(.ramBytes | thousands) bytes of RAM all in, \(.flashBytes / 1000 | round) KB of flash";
      "`firmware/bench.sh`, [firmware/BENCHMARKS.md](firmware/BENCHMARKS.md)")),
  row("the published code of the RNNPool paper on a Cortex-M4"; "997.5 million instructions, 185,976 bytes, 10.45 s"; "[firmware/BENCHMARKS.md](firmware/BENCHMARKS.md)"),
  ($f.device |
    row("whole device, 640x480 Motion JPEG, one thread"; "\(.coreAt10 | n1) % of a core at 10 frames per second, \(.coreAt5 | n1) % at 5; \(.residentMegabytes | n1) MB resident; on \(.machine)"; "`tools/measure.sh`"),
    row("frame to pin, frame to an MQTT client"; "median \(.pinMs50 | n1) and \(.mqttMs50 | n1) ms; 99th percentile of the pin \(.pinMs99 | n1) ms"; "`tools/measure.sh`"),
    row("start-up"; "\(.listeningMs) ms until it listens, \(.inferredMs) ms to the first inference"; "`tools/measure.sh`"))
