using System.Buffers.Binary;
using RNNPool.Edge.Hardware.Buses;

namespace RNNPool.Edge.Parts.LightSensor;

/// <summary>A BH1750FVI in memory: instructions and timing of its datasheet (Rohm, revision D), with one lux of resolution.</summary>
internal sealed class SimulatedBh1750(TimeProvider timeProvider) : ISimulatedPart
{
    private const int DefaultTime = 69;

    private static readonly TimeSpan MeasuringTime = TimeSpan.FromMilliseconds(120);

    private readonly Lock _lock = new();
    private bool _on;
    private long? _started;
    private int _time = DefaultTime;
    private ushort _register;

    /// <summary>The illuminance at the sensor.</summary>
    public double Lux { get; set; } = 100;

    public void Write(ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            foreach (byte instruction in data)
                Execute(instruction);
        }
    }

    public void Read(Span<byte> buffer)
    {
        lock (_lock)
        {
            Finish();
            buffer.Clear();
            Span<byte> register = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(register, _register);
            register[..Math.Min(2, buffer.Length)].CopyTo(buffer);
        }
    }

    private void Execute(byte instruction)
    {
        switch (instruction)
        {
            case 0x00:
                _on = false;
                _started = null;
                break;
            case 0x01:
                _on = true;
                break;
            case 0x07 when _on:
                _register = 0;
                break;
            case 0x10 when _on:
                Finish();
                _started = timeProvider.GetTimestamp();
                break;
            case >= 0x40 and <= 0x47:
                _time = (_time & 0x1F) | ((instruction & 0x07) << 5);
                break;
            case >= 0x60 and <= 0x7F:
                _time = (_time & 0xE0) | (instruction & 0x1F);
                break;
        }
    }

    // In continuous mode the register has the last measurement that has been finished.
    private void Finish()
    {
        if (_started is { } started && timeProvider.GetElapsedTime(started) >= MeasuringTime * _time / DefaultTime)
            _register = (ushort)Math.Clamp(Lux * 1.2 * _time / DefaultTime, 0, ushort.MaxValue);
    }
}
