using RNNPool.Edge.Core;

namespace RNNPool.Edge.Diagnostics.Checks;

/// <summary>Whether the folder for temporary files can be written, which the .NET runtime needs.</summary>
internal sealed class FolderCheck : IDoctorCheck
{
    public string Name => "folders";

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        string folder = Path.GetTempPath();
        string probe = Path.Combine(folder, $"rnnpool-edge-{Guid.NewGuid():N}");
        try
        {
            await File.WriteAllBytesAsync(probe, new byte[4096], cancellationToken).ConfigureAwait(false);
            File.Delete(probe);
            return new CheckResult(Name, CheckOutcome.Ok, $"{folder} can be written.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new CheckResult(
                Name,
                CheckOutcome.Failed,
                $"{folder} cannot be written: {exception.Message}",
                "Make room in it or give write permission, or point TMPDIR at another folder."
            );
        }
    }
}
