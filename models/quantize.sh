#!/bin/sh
# Creates model.rnnp of models from their weights.safetensors, reports the loss of accuracy, and writes the golden results.
#
#   models/quantize.sh PICTURES.csv MODEL...
#
# PICTURES.csv names the training pictures of these models: annotated boxes for detectors, labels for classifiers (docs/cli.md).
# val.csv beside it, if there is one, is what float and quantized are compared on.
set -eu
cd "$(dirname "$0")/.."
if [ $# -lt 2 ]; then
  sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
pictures=$1
shift
dotnet build src/RNNPool.Edge -c Release -maxcpucount:2 -nologo -v quiet
edge() { dotnet src/RNNPool.Edge/bin/Release/net10.0/rnnpool-edge.dll "$@"; }
for model in "$@"; do
  folder=models/$model
  edge model quantize --arch "$folder/arch.json" --weights "$folder/weights.safetensors" --calibration "$pictures" --out "$folder/model.rnnp"
  judged=$(dirname "$pictures")/val.csv
  [ ! -e "$judged" ] || edge model compare "$folder" "$judged"
done
RNNPOOL_WRITE_VECTORS=1 dotnet test --project tests/RNNPool.Edge.Vision.Tests --filter-class RNNPool.Edge.Vision.Tests.Quantized.GoldenFrameTests
