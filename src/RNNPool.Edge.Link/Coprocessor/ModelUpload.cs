using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>Progress of an upload.</summary>
/// <param name="Stored">Bytes that the device has stored.</param>
/// <param name="Total">Bytes of the model.</param>
/// <param name="Slot">Slot that receives the model.</param>
public readonly record struct UploadProgress(uint Stored, uint Total, byte Slot);

/// <summary>The state of an upload, which may span several connections.</summary>
internal sealed class ModelUpload
{
    private readonly IProgress<UploadProgress>? _progress;
    private int _failures;
    private int _repetitions;

    public ModelUpload(ReadOnlyMemory<byte> model, IProgress<UploadProgress>? progress)
    {
        Model = model;
        Sha256 = SHA256.HashData(model.Span);
        Sha256Text = Convert.ToHexStringLower(Sha256);
        Id = BinaryPrimitives.ReadUInt32LittleEndian(Sha256);
        _progress = progress;
    }

    public ReadOnlyMemory<byte> Model { get; }

    public byte[] Sha256 { get; }

    public string Sha256Text { get; }

    /// <summary>Number of the upload on the line: the first four bytes of the SHA-256.</summary>
    public uint Id { get; }

    /// <summary>Maximum number of bytes that were ever stored.</summary>
    public uint Best { get; private set; }

    public void Report(uint stored, byte slot)
    {
        if (stored > Best)
        {
            Best = stored;
            _failures = 0;
        }

        _progress?.Report(new UploadProgress(stored, (uint)Model.Length, slot));
    }

    /// <summary>Counts a failure without progress and returns whether another attempt is allowed.</summary>
    public bool CountFailure(int attempts) => ++_failures < attempts;

    /// <summary>Counts a transfer with a wrong hash and returns whether another transfer is allowed.</summary>
    public bool CountWrongHash(int attempts) => ++_repetitions < attempts;
}
