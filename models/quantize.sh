#!/bin/sh
# Makes model.rnnp of the given models (default: face-qvga) from their weights.safetensors, then the golden results that belong to them.
#
#   models/quantize.sh PICTURES [MODEL...]
#
# PICTURES is a folder of pictures like those that the device will see, or a CSV file that names them; it should be training data.
set -eu
cd "$(dirname "$0")/.."
if [ $# -lt 1 ]; then
  sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
pictures=$1
shift
[ $# -gt 0 ] || set -- face-qvga
dotnet build src/RNNPool.Edge -c Release -maxcpucount:2 -nologo -v quiet
for model in "$@"; do
  folder=models/$model
  dotnet src/RNNPool.Edge/bin/Release/net10.0/rnnpool-edge.dll model quantize --arch "$folder/arch.json" --weights "$folder/weights.safetensors" \
    --calibration "$pictures" --out "$folder/model.rnnp"
  if [ "$model" = face-qvga ]; then
    RNNPOOL_WRITE_VECTORS=1 dotnet test --project tests/RNNPool.Edge.Vision.Tests --filter-class RNNPool.Edge.Vision.Tests.Quantized.GoldenFrameTests
  fi
done
