using RNNPool.Edge.Core;

namespace RNNPool.Edge.Diagnostics.Checks;

/// <summary>Checks whether the folder for temporary files is writable, which the .NET runtime needs.</summary>
internal sealed class FolderCheck : IDoctorCheck
{
    public string Name => "folders";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        string folder = Path.GetTempPath();
        try
        {
            FolderProbe.Write(folder, bytes: 4096);
            return Task.FromResult(new CheckResult(Name, CheckOutcome.Ok, $"{folder} is writable."));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(
                new CheckResult(
                    Name,
                    CheckOutcome.Failed,
                    $"{folder} is not writable: {exception.Message}",
                    "Free some space in it, give this user write permission, or set TMPDIR to another folder."
                )
            );
        }
    }
}
