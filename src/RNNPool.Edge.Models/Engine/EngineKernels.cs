using System.Runtime.Intrinsics;
using RNNPool.Edge.Models.Engine.Kernels;
using RNNPool.Edge.Models.Engine.Layers;
using RNNPool.Edge.Models.Engine.Vectors;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Engine;

/// <summary>Creates layers with the kernels of a set of instructions.</summary>
internal abstract class EngineKernels
{
    public abstract MapElement Element { get; }

    public abstract EngineLayer Create(PackageLayer layer);

    public abstract long MultiplyPeak(int rounds, Span<int> result);

    public static EngineKernels For(SimdInstructions instructions) =>
        instructions switch
        {
            SimdInstructions.Portable => new EngineKernels<
                PortableOps,
                WordMap<PortableOps, Vector128<int>>,
                Vector128<int>,
                PortableOps,
                Vector128<int>,
                PortableOps,
                Vector128<int>
            >(),
            SimdInstructions.Sse41 => new EngineKernels<
                Sse41Ops,
                WordMap<Sse41Ops, Vector128<int>>,
                Vector128<int>,
                Sse41Ops,
                Vector128<int>,
                Sse41Ops,
                Vector128<int>
            >(),
            SimdInstructions.Avx2 => new EngineKernels<
                Avx2Ops<Avx2MultiplyAdd>,
                WordMap<Avx2Ops<Avx2MultiplyAdd>, Vector256<int>>,
                Vector256<int>,
                Avx2Ops<Avx2MultiplyAdd>,
                Vector256<int>,
                Sse41Ops,
                Vector128<int>
            >(),
            SimdInstructions.AvxVnni => new EngineKernels<
                Avx2Ops<AvxVnniMultiplyAdd>,
                VnniMap,
                Vector256<int>,
                Avx2Ops<AvxVnniMultiplyAdd>,
                Vector256<int>,
                Sse41Ops,
                Vector128<int>
            >(),
            SimdInstructions.Avx512 => new EngineKernels<
                Avx512Ops,
                WordMap<Avx512Ops, Vector512<int>>,
                Vector512<int>,
                Avx512Ops,
                Vector512<int>,
                Avx2Ops<Avx2MultiplyAdd>,
                Vector256<int>
            >(),
            SimdInstructions.Avx512Vnni => new EngineKernels<
                Avx2Ops<AvxVnniMultiplyAdd>,
                VnniMap,
                Vector256<int>,
                Avx512Ops,
                Vector512<int>,
                Avx2Ops<AvxVnniMultiplyAdd>,
                Vector256<int>
            >(),
            SimdInstructions.AdvSimd => new EngineKernels<
                AdvSimdOps,
                WordMap<AdvSimdOps, Vector128<int>>,
                Vector128<int>,
                AdvSimdOps,
                Vector128<int>,
                AdvSimdOps,
                Vector128<int>
            >(),
            SimdInstructions.AdvSimdDotProduct => new EngineKernels<
                AdvSimdOps,
                DotProductMap,
                Vector128<int>,
                AdvSimdOps,
                Vector128<int>,
                AdvSimdOps,
                Vector128<int>
            >(),
            _ => throw new ArgumentOutOfRangeException(nameof(instructions)),
        };
}

/// <summary>Kernels for maps of <typeparamref name="TMap"/>, and for RNNPool with wide and narrow registers.</summary>
internal sealed class EngineKernels<TMapOps, TMap, VM, TOps, V, TNarrow, VN> : EngineKernels
    where TMapOps : struct, IVectorOps<VM>
    where TMap : struct, IMapOps<VM>
    where VM : unmanaged
    where TOps : struct, IVectorOps<V>
    where V : unmanaged
    where TNarrow : struct, IVectorOps<VN>
    where VN : unmanaged
{
    public override MapElement Element => TMap.Element;

    public override EngineLayer Create(PackageLayer layer) =>
        layer.Record.Operation switch
        {
            LayerOperation.Depthwise3x3 => new DepthwiseLayer<TMapOps, TMap, VM>(layer),
            LayerOperation.RnnPool => new RnnPoolLayer<TOps, V, TNarrow, VN>(layer, Element),
            LayerOperation.AveragePool => new AveragePoolLayer<TMapOps, TMap, VM>(layer),
            _ => new ConvolutionLayer<TMapOps, TMap, VM>(layer),
        };

    public override long MultiplyPeak(int rounds, Span<int> result) => MultiplyPeak<TMapOps, TMap, VM>.Run(rounds, result);
}
