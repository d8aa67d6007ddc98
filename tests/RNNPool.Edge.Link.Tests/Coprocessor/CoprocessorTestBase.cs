using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Tests.Peers;
using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Link.Tests.Coprocessor;

public abstract class CoprocessorTestBase
{
    protected const int Width = 160;
    protected const int Height = 120;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected static CoprocessorClientOptions Quick(Action<CoprocessorClientOptions>? change = null)
    {
        var options = new CoprocessorClientOptions
        {
            MinReconnectDelay = TimeSpan.FromMilliseconds(5),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(50),
        };
        change?.Invoke(options);
        return options;
    }

    protected static CoprocessorClient Connect(ITransportFactory factory, CoprocessorClientOptions? options = null)
    {
        var client = new CoprocessorClient(factory, options ?? Quick(), TimeProvider.System, NullLogger<CoprocessorClient>.Instance);
        client.Start();
        return client;
    }

    protected static async Task DetectAsync(CoprocessorClient client, int seed, int width = Width, int height = Height)
    {
        byte[] pixels = TestPictures.Create(width, height, seed);
        var result = new CoprocessorResult();
        await client.DetectAsync(pixels, width, height, width, 0, result, Token);
        TestPictures.AssertFound(pixels, width, height, result);
    }

    protected static byte[] Model(int size, int seed, byte first = 1)
    {
        byte[] model = new byte[size];
        new Random(seed).NextBytes(model);
        model[0] = first;
        return model;
    }

    protected static async Task EventuallyAsync(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(90))
                Assert.Fail("It has not happened within 90 s.");
            await Task.Delay(5, Token);
        }
    }
}
