using System.Net;
using System.Net.Http.Json;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Tests.Web;

/// <summary>Restarts over HTTP.</summary>
public sealed class RestartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_script_cannot_keep_the_device_from_working_by_restarts()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var script = new HttpClient { BaseAddress = device.Client.BaseAddress };
        script.DefaultRequestHeaders.Authorization = new("Bearer", device.Service<AccessStore>().AddToken("script")!.Value.Token);

        using HttpResponseMessage early = await script.PostAsJsonAsync(
            "/api/control",
            new { restart = true, detection = false },
            Cancellation
        );

        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        Assert.InRange(early.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), DeviceControls.RestartInterval);
        Assert.True(device.Service<DeviceControls>().DetectionEnabled);
        Assert.False(device.Service<DeviceControls>().RestartWanted);
        device.Time.Advance(DeviceControls.RestartInterval);
        using HttpResponseMessage later = await script.PostAsJsonAsync("/api/control", new { restart = true }, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, later.StatusCode);
        await Wait.UntilAsync(() => device.Service<DeviceControls>().RestartWanted, "the restart");
    }
}
