using RNNPool.Edge.Core;

namespace RNNPool.Edge.Diagnostics.Checks;

/// <summary>Reports which running device uses the state folder that the other checks are about.</summary>
internal sealed class DeviceCheck(Lazy<StateFolder> state) : IDoctorCheck
{
    public string Name => "device";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => Task.FromResult(Run(state.Value.Path));

    private CheckResult Run(string folder)
    {
        if (RunningDevice.FindUser(folder) is not { } device)
            return new CheckResult(Name, CheckOutcome.Off, $"No device that this user may see uses the state folder {folder}.");
        DeviceMark? mark = DeviceMarker.Read(folder);
        string file = mark?.Configuration is { } configuration ? $" and the configuration {configuration}" : "",
            page = mark is null ? "" : $"; its page is at {mark.Page}";
        return new CheckResult(Name, CheckOutcome.Ok, $"{device} runs with the state folder {folder}{file}{page}.");
    }
}
