using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Tests.Peers;
using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Link.Tests.Coprocessor;

/// <summary>Runs by itself, because what other tests allocate would count too.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests : CoprocessorTestBase
{
    // Without optimization the compiler makes the state of asynchronous methods a class, and every call allocates.
#if DEBUG
    private const long MostBytesPerPicture = 65536;
#else
    private const long MostBytesPerPicture = 512;
#endif

    [Fact]
    public async Task A_picture_allocates_next_to_nothing()
    {
        await using var process = new PeerProcess();
        await process.StartAsync(Token);
        await using CoprocessorClient client = Connect(LinkEndpoint.Parse("unix://" + process.SocketPath));
        await client.WaitReadyAsync(Token);
        byte[] pixels = TestPictures.Create(320, 240, 1);
        var result = new CoprocessorResult();
        for (int i = 0; i < 40; i++)
            await client.DetectAsync(pixels, 320, 240, 320, 0, result, Token);
        long least = long.MaxValue;
        for (int i = 0; i < 40; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await client.DetectAsync(pixels, 320, 240, 320, 0, result, Token);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        TestPictures.AssertFound(pixels, 320, 240, result);
        Assert.InRange(least, 0, MostBytesPerPicture);
    }
}
