using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Pipeline.Coprocessor;

public sealed class ModelUploadTests
{
    private const int Uploading = 1710,
        Uploaded = 1712,
        UploadFailed = 1713,
        Obstacle = 1714;

    [Fact]
    public async Task A_coprocessor_with_another_model_gets_the_devices_while_the_host_serves()
    {
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync(
            model: CoprocessorFixture.OtherModel,
            ready: false,
            gated: true
        );
        fixture.Show();
        await Wait.UntilAsync(() => fixture.Status.UploadPercent == 100, "the model is there, but not in use");

        await fixture.FrameAsync();

        Assert.Equal("fake", fixture.Detector.Engine);
        Assert.NotNull(fixture.Health.Degradation);
        Assert.Equal(0, fixture.Device.FramesBegun);

        fixture.Device.Gate.SetResult();
        await Wait.UntilAsync(() => fixture.Status.Approved is not null, "the coprocessor may be used");
        await fixture.FrameAsync();
        Assert.Equal("coprocessor", fixture.Detector.Engine);
        Assert.Equal(fixture.DeviceModel.Sha256, fixture.Device.ActiveSha256);
        Assert.Equal((1, null), (fixture.Status.Uploads, fixture.Status.UploadPercent));
        Assert.Contains(Uploading, fixture.Log.Events);
        Assert.Contains(Uploaded, fixture.Log.Events);
    }

    [Fact]
    public async Task A_device_that_is_replaced_by_one_with_another_model_gets_the_model_too()
    {
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync();
        await fixture.FrameAsync();

        fixture.Device.Replace(CoprocessorFixture.OtherModel);

        await fixture.AdvanceAsync(() => fixture.Status.Uploads == 1 && fixture.Status.Approved is not null, "the model is uploaded");
        await fixture.FrameAsync();
        Assert.Equal((2, fixture.DeviceModel.Sha256), (fixture.Status.CoprocessorFrames, fixture.Device.ActiveSha256));
        Assert.Equal(1, fixture.Status.Losses);
    }

    [Theory]
    [InlineData(true, 2, "Coprocessor:UploadModel")]
    [InlineData(false, 0, "scripted")]
    public async Task Nothing_is_uploaded_where_it_must_not_or_cannot_be(bool optOut, int slots, string name)
    {
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync(
            options => options.UploadModel = !optOut,
            CoprocessorFixture.OtherModel,
            slots,
            ready: false
        );
        await fixture.AdvanceAsync(() => fixture.Health.Degradation?.Contains(name, StringComparison.Ordinal) == true, "health says why");

        await fixture.FrameAsync();
        await fixture.PassAsync(30);

        Assert.Equal("fake", fixture.Detector.Engine);
        Assert.Equal((0, 0), (fixture.Device.Uploads, fixture.Device.FramesBegun));
        Assert.Equal([Obstacle], fixture.Log.Events.Where(id => id is Obstacle or UploadFailed));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    public async Task A_model_above_the_limit_of_the_board_is_not_uploaded(int over, int uploads)
    {
        uint work = ModelPackage.Parse(CoprocessorFixture.Model, "model.rnnp").Work;
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync(
            model: CoprocessorFixture.OtherModel,
            ready: false,
            device: device => device.WorkLimit = (uint)(work + over)
        );

        await fixture.AdvanceAsync(() => fixture.Status.Approved is not null || fixture.Log.Events.Contains(Obstacle), "an outcome");
        await fixture.PassAsync(30);

        Assert.Equal((uploads, uploads == 0), (fixture.Device.Uploads, fixture.Health.Degradation is not null));
    }

    [Fact]
    public async Task A_model_that_the_coprocessor_has_given_up_is_not_uploaded_again()
    {
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync(ready: false, device: device =>
            device.GiveUp(CoprocessorFixture.Model, CoprocessorFixture.OtherModel)
        );

        await fixture.AdvanceAsync(() => fixture.Log.Events.Contains(Obstacle), "the log says why");
        Assert.NotNull(fixture.Health.Degradation);
        await fixture.PassAsync(30);

        Assert.Equal(0, fixture.Device.Uploads);
    }

    [Fact]
    public async Task A_model_that_is_refused_is_tried_again_seldom()
    {
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync(
            model: CoprocessorFixture.OtherModel,
            ready: false,
            device: device => device.RefusesModels = true
        );
        await fixture.AdvanceAsync(() => fixture.Log.Events.Contains(UploadFailed), "the refusal");
        Assert.NotNull(fixture.Status.Obstacle);

        await fixture.PassAsync(60);
        int attempts = fixture.Device.Uploads;
        fixture.Device.RefusesModels = false;
        await fixture.PassAsync(45);

        Assert.NotNull(fixture.Status.Approved);

        // Pauses of 10, 20, 40 s.
        Assert.InRange(attempts, 2, 3);
    }

    [Fact]
    public async Task A_model_that_changes_behind_the_hosts_back_is_noticed_at_the_next_frame()
    {
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync();
        fixture.Show();
        await fixture.FrameAsync();
        fixture.Device.GiveUp(CoprocessorFixture.Model, CoprocessorFixture.OtherModel);

        await fixture.FrameAsync();

        Assert.Equal("fake", fixture.Detector.Engine);
        await fixture.AdvanceAsync(() => fixture.Log.Events.Contains(Obstacle), "the log says why");
        Assert.NotNull(fixture.Health.Degradation);
    }
}
