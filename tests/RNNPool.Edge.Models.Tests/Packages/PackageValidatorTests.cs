using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Testing;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Packages;

public sealed class PackageValidatorTests
{
    private const int Records = PackageFormat.HeaderBytes,
        Record = PackageFormat.RecordBytes;
    private static readonly byte[] Detector = PackageSketch.Detector(1).Write();
    private static readonly byte[] Classifier = PackageSketch.Classifier(2, rnnTail: true).Write();

    [Fact]
    public void What_was_written_is_read()
    {
        ModelPackage package = ModelPackage.Parse(Detector, "p");
        Assert.Equal("tiny-detector", package.Header.Name);
        Assert.Equal(new MapShape(40, 24, 1), package.Header.Input);
        Assert.Equal(["face"], package.Labels);
        Assert.Equal(LayerOperation.Conv3x3, package.Layers[0].Record.Operation);
        Assert.Equal(new MapShape(5, 3, 16), package.Layers[1].Record.Output);
        Assert.Equal(4, package.Layers[6].Record.ResidualOf);
        Assert.Equal(0, Detector.Length % 16);
    }

    [Fact]
    public void Weights_lie_in_pairs_of_outputs_and_elements()
    {
        var sketch = new RandomLayers(3);
        var record = new LayerRecord
        {
            Name = "x",
            Operation = LayerOperation.Conv3x3,
            Input = new MapShape(9, 9, 3),
            Output = new MapShape(9, 9, 3),
            InputScale = 1,
            OutputScale = 1,
        };
        LayerContent content = sketch.Convolution(record, 50);
        byte[] file = VectorFileBytes(content, out PackageLayer layer);
        Assert.NotEmpty(file);
        Assert.Equal(4 * 3 * 12, layer.Weights.Length);
        // Output 1, kernel row 2, kernel column 1, channel 2: element 2 * 12 + 1 * 3 + 2 = 29 of the packed row.
        Assert.Equal(content.Weights[(1 * 27) + (2 * 9) + (1 * 3) + 2], layer.Weights[(29 / 2 * 4) + 2 + 1]);
        Assert.Equal(0, layer.Weights[(2 * 36) + (9 / 2 * 4) + 2]); // output 2, filler behind the nine elements of a kernel row
    }

    [Theory]
    [InlineData(0, 0x58, "RNNP")]
    [InlineData(4, 2, "version|2")]
    [InlineData(8, 1, "file|bytes")]
    [InlineData(13, 1, "header|13")]
    [InlineData(48, 0x20, "name")]
    [InlineData(80, 3, "task|3")]
    [InlineData(81, 2, "channels|2")]
    [InlineData(83, 9, "width|height|8|1024")]
    [InlineData(87, 1, "layer")]
    [InlineData(90, 2, "label|2")]
    [InlineData(107, 1, "anchor")]
    [InlineData(111, 9, "candidate")]
    [InlineData(118, 2, "suppression")]
    [InlineData(Records + 0, 0, "layer 0|name")]
    [InlineData(Records + 24, 9, "operation|9")]
    [InlineData(Records + 25, 5, "reserved")]
    [InlineData(Records + 26, 3, "stride|3")]
    [InlineData(Records + 27, 3, "patch|3")]
    [InlineData(Records + 28, 39, "input|39x24x1|40x24x1")]
    [InlineData(Records + 34, 19, "output|19x12x6")]
    [InlineData(Records + 40, 1, "input zero point|1")]
    [InlineData(Records + 41, 0, "ReLU6")]
    [InlineData(Records + 67, 0x80, "input scale")]
    [InlineData(Records + 72, 0, "section 0")]
    [InlineData(Records + 76, 1, "section 0")]
    [InlineData(Records + Record + 44, 16, "g1|16")]
    [InlineData(Records + Record + 48, 7, "even")]
    [InlineData(Records + (6 * Record) + 46, 3, "residual|3")]
    [InlineData(Records + (7 * Record) + 42, 13, "fraction|13")]
    [InlineData(Records + (7 * Record) + 52, 7, "output")]
    [InlineData(Records + (7 * Record) + 56, 9, "anchor|9")]
    public void A_wrong_field_is_named(int offset, byte value, string names)
    {
        byte[] file = [.. Detector];
        file[offset] = value;
        PackageWriter.Seal(file);
        ModelException exception = Assert.Throws<ModelException>(() => ModelPackage.Parse(file, "m.rnnp"));
        Assert.StartsWith("m.rnnp: ", exception.Message, StringComparison.Ordinal);
        Sentence.AssertNames(exception.Message, names);
    }

    [Fact]
    public void Damage_is_found_by_the_hash()
    {
        byte[] file = [.. Detector];
        file[^20] ^= 1;
        Assert.Contains("SHA-256", Assert.Throws<ModelException>(() => ModelPackage.Parse(file, "m")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1000, true)]
    public void The_stated_arena_holds_what_the_engine_needs(int difference, bool accepted)
    {
        const int ArenaBytes = 100;
        byte[] file = [.. Detector];
        long needed = ArenaPlan.Compute(ModelPackage.Parse(file, "m")).Bytes;
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(ArenaBytes), (int)needed + difference);
        PackageWriter.Seal(file);
        if (accepted)
            ModelPackage.Parse(file, "m");
        else
            Assert.Contains("arena", Assert.Throws<ModelException>(() => ModelPackage.Parse(file, "m")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_accumulator_that_can_overflow_is_refused() =>
        AssertContentError(0, 1, section => BinaryPrimitives.WriteInt32LittleEndian(section, int.MaxValue), "accumulator|output 0");

    [Fact]
    public void A_negative_multiplier_is_refused() =>
        AssertContentError(0, 1, section => BinaryPrimitives.WriteInt32LittleEndian(section[4..], -1), "multiplier|output 0|-1");

    [Fact]
    public void A_weight_of_minus_128_is_refused() => AssertContentError(0, 0, section => section[0] = 0x80, "weight 0|output 0|-128");

    [Fact]
    public void A_padding_weight_is_zero() => AssertContentError(0, 0, section => section[6] = 1, "weight 3|output 0");

    [Fact]
    public void A_large_depthwise_tap_is_refused() =>
        AssertContentError(2, 0, section => BinaryPrimitives.WriteInt16LittleEndian(section, 128), "tap 0|channel 0|128");

    [Fact]
    public void An_rnn_row_that_can_overflow_is_refused() =>
        AssertContentError(1, 2, section => MemoryMarshal.Cast<byte, short>(section)[..8].Fill(short.MinValue), "accumulator|row 0|U1");

    [Fact]
    public void A_tiny_anchor_is_refused() =>
        AssertContentError(7, 2, section => BinaryPrimitives.WriteUInt16LittleEndian(section, 15), "anchor 0|15x180");

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (int length = 0; length < Classifier.Length; length += length < 4096 ? 1 : 16)
        {
            byte[] cut = Classifier[..length];
            Assert.Throws<ModelException>(() => ModelPackage.Parse(cut, "m"));
            if (length < PackageFormat.HeaderBytes)
                continue;
            BinaryPrimitives.WriteInt32LittleEndian(cut.AsSpan(8), length);
            PackageWriter.Seal(cut);
            Assert.Throws<ModelException>(() => ModelPackage.Parse(cut, "m"));
        }
    }

    [Fact]
    public void Mutated_packages_are_refused_or_run()
    {
        Gen<(bool Detector, (int At, byte Value)[] Changes)> mutation =
            from detector in Gen.Elements(true, false)
            from count in Gen.Choose(1, 6)
            from places in Gen.Choose(0, int.MaxValue).Two().ArrayOf(count)
            from tables in Gen.Choose(0, 3)
            select (detector, places.Select(p => (At: Place(p.Item1, tables), Value: Odd(p.Item2))).ToArray());
        int accepted = 0;
        Prop.ForAll(mutation.ToArbitrary(), sample =>
            {
                byte[] file = [.. sample.Detector ? Detector : Classifier];
                foreach ((int at, byte value) in sample.Changes)
                    file[at % file.Length] = value;
                PackageWriter.Seal(file);
                try
                {
                    var interpreter = new QuantizedInterpreter(ModelPackage.Parse(file, "m"));
                    interpreter.Run(new byte[interpreter.Package.Header.Input.Count]);
                    accepted++;
                }
                catch (ModelException) { }
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(4000));
        Assert.InRange(accepted, 1, 3999);

        // Three of four mutations go where the structure is; what lies behind is numbers that mostly stay valid.
        static int Place(int random, int table) => table == 0 ? random : random % (Records + (14 * Record));
        static byte Odd(int random) =>
            (random % 4) switch
            {
                0 => (byte)(random >> 8),
                1 => 0,
                2 => 0xFF,
                _ => (byte)(1 << (random >> 8) % 8),
            };
    }

    [Fact]
    public void Noise_is_refused() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), noise =>
            {
                byte[] file = [.. "RNNP\u0001\0\u0080\0"u8, .. noise];
                Assert.Throws<ModelException>(() => ModelPackage.Parse(noise, "m"));
                Assert.Throws<ModelException>(() => ModelPackage.Parse(file, "m"));
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(
            "/no/such.rnnp",
            Assert.Throws<ModelException>(() => ModelPackage.Load("/no/such.rnnp")).Message,
            StringComparison.Ordinal
        );

    private delegate void Edit(Span<byte> section);

    private static void AssertContentError(int layer, int section, Edit edit, string names)
    {
        byte[] file = [.. Detector];
        int at = Records + (layer * Record) + 72 + (8 * section);
        int offset = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at)),
            bytes = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
        edit(file.AsSpan(offset, bytes));
        PackageWriter.Seal(file);
        ModelException exception = Assert.Throws<ModelException>(() => ModelPackage.Parse(file, "m"));
        Sentence.AssertNames(exception.Message, names);
    }

    private static byte[] VectorFileBytes(LayerContent content, out PackageLayer layer)
    {
        byte[] file = Vectors.LayerVector.Write(content, [], [], []);
        layer = Vectors.LayerVector.Read(file).Layer;
        return file;
    }
}
