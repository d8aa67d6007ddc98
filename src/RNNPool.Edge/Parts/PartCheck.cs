using RNNPool.Edge.Core;

namespace RNNPool.Edge.Parts;

/// <summary>Opens every configured part, updates it once and brings it to rest.</summary>
internal sealed class PartCheck(Lazy<PartsStatus> parts, TimeProvider timeProvider) : IDoctorCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Name => "parts";

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<PartState> states = parts.Value.States;
        if (states.Count == 0)
            return new CheckResult(
                Name,
                CheckOutcome.Off,
                "No button, display, light or servo is configured.",
                "docs/parts.md shows how to add one."
            );
        var working = new List<string>();
        var failures = new List<string>();
        foreach (PartState state in states)
        {
            string name = $"{state.Part.Name}{(state.Part.IsSimulated ? " (simulated)" : "")}";
            try
            {
                // A bus may hang indefinitely; the thread is then abandoned, because doctor ends soon after.
                await Task.Run(() => Try(state.Part), cancellationToken)
                    .WaitAsync(Patience, timeProvider, cancellationToken)
                    .ConfigureAwait(false);
                working.Add(name);
            }
            catch (TimeoutException)
            {
                failures.Add($"The {name} has not answered within {Patience.TotalSeconds:0} s; check its wiring.");
            }
#pragma warning disable CA1031 // A binding may throw anything.
            catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
            {
                failures.Add(exception is IOException ? exception.Message : $"The {name} failed: {exception.Message}");
            }
        }

        return failures.Count == 0
            ? new CheckResult(Name, CheckOutcome.Ok, $"Working: {string.Join(", ", working)}.")
            : new CheckResult(
                Name,
                CheckOutcome.Warning,
                string.Join(' ', failures),
                "docs/parts.md shows the wiring; detection runs without the part."
            );
    }

    private void Try(IPart part)
    {
        using var signal = new PartSignal(timeProvider);
        using IPartSession session = part.Open(signal);
        session.Update(TimeSpan.Zero);
        session.Rest();
    }
}
