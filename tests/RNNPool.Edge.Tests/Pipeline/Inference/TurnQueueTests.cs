using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Tests.Pipeline.Inference;

public sealed class TurnQueueTests
{
    [Fact]
    public async Task Turns_come_in_the_order_of_the_requests()
    {
        var turns = new TurnQueue();
        await turns.EnterAsync();
        Task[] waiting = [.. Enumerable.Range(0, 3).Select(_ => turns.EnterAsync().AsTask())];
        for (int i = 0; i < waiting.Length; i++)
        {
            Assert.All(waiting[i..], turn => Assert.False(turn.IsCompleted));
            turns.Exit();
            await waiting[i];
        }

        turns.Exit();
        Task last = turns.EnterAsync().AsTask();
        Assert.True(last.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_fast_camera_waits_for_one_turn_of_each_other_camera()
    {
        var detector = new CountingDetector();
        var engine = new DetectionEngine(detector);
        var pool = new FramePool();
        CancellationToken end = TestContext.Current.CancellationToken;
        int requests = 0;

        // Two cameras have the next frame as soon as the detector has processed the last one; the third one has fewer frames.
        Dictionary<int, int> frames = new()
        {
            [1] = 20,
            [2] = 20,
            [3] = 5,
        };
        Task[] cameras = [.. frames.Select(camera => RunAsync(camera.Key, camera.Value))];
        for (int i = 0; i < frames.Values.Sum(); i++)
        {
            await detector.Steps.WaitAsync(end);
            int waiting = frames.Sum(camera => Math.Min(camera.Value, detector.Seen.Take(i).Count(seen => seen == camera.Key) + 1));
            await Wait.UntilAsync(() => Volatile.Read(ref requests) == waiting, "the next request of every camera");
            detector.Go.Release();
        }

        await Task.WhenAll(cameras);
        Assert.All(detector.Seen.Take(15).Chunk(3), round => Assert.Equal([1, 2, 3], round));
        Assert.All(detector.Seen.Skip(15).Chunk(2), round => Assert.Equal([1, 2], round));

        async Task RunAsync(int camera, int count)
        {
            var results = new DetectionList();
            for (int i = 0; i < count; i++)
            {
                using Frame frame = pool.Rent(8, 8, PixelFormat.Gray8);
                frame.Sequence = camera;
                ValueTask turn = engine.DetectAsync(frame, results, end);
                Interlocked.Increment(ref requests);
                await turn;
            }
        }
    }

    [Fact]
    public async Task A_cancelled_turn_is_passed_on()
    {
        using var stop = new CancellationTokenSource();
        var detector = new CountingDetector();
        var engine = new DetectionEngine(detector);
        using Frame frame = new FramePool().Rent(8, 8, PixelFormat.Gray8);
        Task first = engine.DetectAsync(frame, new DetectionList(), stop.Token).AsTask(),
            second = engine.DetectAsync(frame, new DetectionList(), stop.Token).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Single(detector.Seen);
        detector.Go.Release();
        await engine.DetectAsync(frame, new DetectionList(), TestContext.Current.CancellationToken);
        Assert.Equal(2, detector.Seen.Count);
    }

    [Fact]
    public void Waiting_allocates_nothing_in_steady_state()
    {
        var turns = new TurnQueue();
        Rounds(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Rounds(1000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Rounds(int count)
        {
            for (int i = 0; i < count; i++)
            {
                ValueTask own = turns.EnterAsync(),
                    other = turns.EnterAsync();
                own.GetAwaiter().GetResult();
                turns.Exit();
                other.GetAwaiter().GetResult();
                turns.Exit();
            }
        }
    }

    /// <summary>Records the camera of each frame, and waits for the test in the middle of it.</summary>
    private sealed class CountingDetector : IDetector
    {
        public List<int> Seen { get; } = [];

        public SemaphoreSlim Steps { get; } = new(0);

        public SemaphoreSlim Go { get; } = new(0);

        public string Engine => "counting";

        public string Model => "none";

        public IReadOnlyList<string> Labels => ["face"];

        public bool LocatesObjects => true;

        public async ValueTask DetectAsync(Frame frame, DetectionList results, CancellationToken cancellationToken)
        {
            Seen.Add((int)frame.Sequence);
            Steps.Release();
            await Go.WaitAsync(cancellationToken);
        }

        public void Dispose()
        {
            Steps.Dispose();
            Go.Dispose();
        }
    }
}
