using System.Diagnostics;
using System.Runtime.InteropServices;
using RNNPool.Edge.Models.Engine;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Tests.Vectors;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Engine;

/// <summary>Engines on processors with fewer instructions than this one: this program again, with instructions disabled.</summary>
public sealed class SimdFallbackTests
{
    private const string Expected = "RNNPOOL_SIMD_EXPECTED";

    [Theory]
    [InlineData("DOTNET_EnableHWIntrinsic", SimdInstructions.Portable)]
    [InlineData("DOTNET_EnableAVX", SimdInstructions.Sse41)]
    [InlineData("DOTNET_EnableAVX2", SimdInstructions.Sse41)]
    public async Task Fewer_instructions_give_the_same_bytes(string switchedOff, SimdInstructions expected)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the switches are those of x64");
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-method");
        start.ArgumentList.Add($"{typeof(SimdFallbackTests).FullName}.{nameof(Random_packages_give_the_same_bytes_with_what_is_left)}");
        start.Environment[switchedOff] = "0";
        start.Environment[Expected] = expected.ToString();
        using Process child = Process.Start(start)!;
        Task<string> output = child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            errors = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        string text = await output + await errors;
        Assert.True(child.ExitCode == 0, text);
        Assert.Matches(@"Total:\D*1\D.*Failed:\D*0\D.*Skipped:\D*0\D", text);
    }

    [Fact]
    public void Random_packages_give_the_same_bytes_with_what_is_left()
    {
        string? expected = Environment.GetEnvironmentVariable(Expected);
        Assert.SkipWhen(expected is null, $"{Expected} is not set");
        Assert.Equal(expected, SimdSupport.Supported[0].ToString());
        for (int seed = 500; seed < 515; seed++)
        {
            RandomPackage package = RandomPackage.Create(seed);
            EngineComparison.Check(ModelPackage.Parse(package.File, $"random-{seed}"), package.Pictures(), [SimdSupport.Supported[0]]);
        }
    }
}
