using RNNPool.Edge.Hardware.Buses;

namespace RNNPool.Edge.Parts;

/// <summary>Writes the transfers of a simulated bus as text, for the page.</summary>
internal static class BusTransfers
{
    private const int MostTransfers = 16;
    private const int MostBytes = 16;

    /// <summary>The last transfers, oldest first, as <see cref="PartView.Transfers"/> describes them.</summary>
    public static IReadOnlyList<string> Describe(BusRecorder recorder) => [.. recorder.Transfers.TakeLast(MostTransfers).Select(Describe)];

    private static string Describe(BusTransfer transfer)
    {
        ReadOnlySpan<byte> data = transfer.Data.Span;
        ReadOnlySpan<byte> begin = data[..Math.Min(data.Length, MostBytes)];
        string bytes = string.Join(
            ' ',
            begin.ToArray().Select(value => value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture))
        );
        string more = data.Length > begin.Length ? $" and {data.Length - begin.Length} more" : "";
        return $"{(transfer.IsWrite ? '>' : '<')} {bytes}{more}";
    }
}
