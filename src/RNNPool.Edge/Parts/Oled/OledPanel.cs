using System.Device.I2c;
using Iot.Device.Ssd13xx;
using Iot.Device.Ssd13xx.Commands;
using Iot.Device.Ssd13xx.Commands.Ssd1306Commands;

namespace RNNPool.Edge.Parts.Oled;

/// <summary>
/// An SSD1306 with 128 x 64 pixels, by the commands of Iot.Device.Bindings. Its class <c>Ssd1306</c> cannot be used: it initialises a
/// panel of 32 rows, addresses four of the eight pages, and its constructor needs a factory of bitmaps, which is another package.
/// </summary>
internal sealed class OledPanel(I2cDevice device) : Ssd13xx(device, Columns, Rows)
{
    /// <summary>Size in pixels.</summary>
    public const int Columns = 128,
        Rows = 64;

    // Datasheet SSD1306 rev. 1.1: table 9-1 describes the commands, the application note in its appendix the order of the initialisation.
    private const byte ClockRatio = 0,
        ClockFrequency = 8,
        PreChargePhase1 = 1,
        PreChargePhase2 = 15;

    /// <summary>Initialises the panel, which stays dark: its memory holds anything after power-up.</summary>
    public void Initialise(bool flipped, byte contrast)
    {
        SendCommand(new SetDisplayOff());
        Send(new SetDisplayClockDivideRatioOscillatorFrequency(ClockRatio, ClockFrequency));
        SendCommand(new SetMultiplexRatio(Rows - 1));
        Send(new SetDisplayOffset(0));
        Send(new SetDisplayStartLine(0));
        Send(new SetChargePump(true));
        Send(new SetMemoryAddressingMode(SetMemoryAddressingMode.AddressingMode.Horizontal));
        Send(new SetSegmentReMap(!flipped));
        Send(new SetComOutputScanDirection(flipped));
        Send(new SetComPinsHardwareConfiguration(alternativeComPinConfiguration: true));
        SetContrast(contrast);
        Send(new SetPreChargePeriod(PreChargePhase1, PreChargePhase2));
        Send(new SetVcomhDeselectLevel(SetVcomhDeselectLevel.DeselectLevel.Vcc0_77));
        Send(new EntireDisplayOn(false));
        Send(new SetNormalDisplay());
    }

    /// <summary>Writes bytes into a page of the memory.</summary>
    /// <param name="page">The page, 0 to 7.</param>
    /// <param name="column">First column.</param>
    /// <param name="data">A byte for each column.</param>
    public void Write(int page, int column, Span<byte> data)
    {
        Send(new SetColumnAddress((byte)column, (byte)(column + data.Length - 1)));
        Send(new SetPageAddress((PageAddress)page, (PageAddress)page));
        SendData(data);
    }

    /// <summary>Sets the contrast, 0 to 255.</summary>
    public void SetContrast(byte contrast) => SendCommand(new SetContrastControlForBank0(contrast));

    /// <inheritdoc/>
    public override void SendCommand(ISharedCommand command) => Send(command);

    /// <inheritdoc/>
    protected override void SetStartAddress()
    {
        Send(new SetColumnAddress());
        Send(new SetPageAddress());
    }

    private void Send(ICommand command)
    {
        byte[] bytes = command.GetBytes();
        Span<byte> transfer = stackalloc byte[bytes.Length + 1];
        transfer[0] = 0; // Control byte: commands follow.
        bytes.CopyTo(transfer[1..]);
        I2cDevice!.Write(transfer);
    }
}
