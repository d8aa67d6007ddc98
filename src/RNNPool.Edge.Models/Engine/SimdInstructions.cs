using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace RNNPool.Edge.Models.Engine;

/// <summary>Vector instructions that an engine uses. All give the same bytes.</summary>
public enum SimdInstructions
{
    /// <summary>128 bits by the operations that .NET has on every machine.</summary>
    Portable,

    /// <summary>128 bits of x64: SSE4.1.</summary>
    Sse41,

    /// <summary>256 bits of x64: AVX2.</summary>
    Avx2,

    /// <summary>256 bits of x64 with sums of four products: AVX-VNNI.</summary>
    AvxVnni,

    /// <summary>512 bits of x64: AVX-512BW.</summary>
    Avx512,

    /// <summary>AVX-VNNI for convolutions and AVX-512BW for RNNPool.</summary>
    Avx512Vnni,

    /// <summary>128 bits of arm64.</summary>
    AdvSimd,

    /// <summary>128 bits of arm64 with sums of four products: SDOT.</summary>
    AdvSimdDotProduct,
}

/// <summary>What this machine has.</summary>
public static class SimdSupport
{
    /// <summary>The fastest instructions of this machine first, and always <see cref="SimdInstructions.Portable"/> last.</summary>
    public static IReadOnlyList<SimdInstructions> Supported { get; } = [.. Enum.GetValues<SimdInstructions>().Reverse().Where(IsSupported)];

    private static bool IsSupported(SimdInstructions instructions) =>
        instructions switch
        {
            SimdInstructions.Portable => true,
            SimdInstructions.Sse41 => Sse41.IsSupported,
            SimdInstructions.Avx2 => Avx2.IsSupported,
            SimdInstructions.AvxVnni => AvxVnni.IsSupported,
            SimdInstructions.Avx512 => Avx512BW.IsSupported,
            SimdInstructions.Avx512Vnni => Avx512BW.IsSupported && AvxVnni.IsSupported,
            SimdInstructions.AdvSimd => AdvSimd.Arm64.IsSupported,
            SimdInstructions.AdvSimdDotProduct => AdvSimd.Arm64.IsSupported && Dp.IsSupported,
            _ => false,
        };
}
