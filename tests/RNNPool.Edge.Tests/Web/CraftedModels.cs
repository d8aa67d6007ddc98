using System.Text;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Folders;

namespace RNNPool.Edge.Tests.Web;

/// <summary>A message of Protocol Buffers in its wire format.</summary>
internal sealed class ProtobufMessage
{
    private const int Varint = 0,
        Bytes = 2; // wire types

    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public ProtobufMessage Add(int field, long value)
    {
        Write((ulong)((field << 3) | Varint));
        Write((ulong)value);
        return this;
    }

    public ProtobufMessage Add(int field, byte[] value)
    {
        Write((ulong)((field << 3) | Bytes));
        Write((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    public ProtobufMessage Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    public ProtobufMessage Add(int field, ProtobufMessage value) => Add(field, value.ToArray());

    public ProtobufMessage AddAll<T>(int field, IEnumerable<T> values, Func<T, byte[]> write)
    {
        foreach (T value in values)
            Add(field, write(value));
        return this;
    }

    private void Write(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.Add((byte)(value | 0x80));
        _bytes.Add((byte)value);
    }
}

/// <summary>
/// Graphs of ONNX that fit the tensors of a classifier and do harm in a node of their own: see onnx.proto for the numbers of the fields.
/// </summary>
internal static class CraftedModels
{
    private const long Huge = 1L << 28;
    private const int Float = 1,
        Int64 = 7,
        Bool = 9; // TensorProto.DataType
    private const int IntAttribute = 2,
        GraphAttribute = 5,
        IntsAttribute = 7; // AttributeProto.AttributeType

    private static readonly ModelFolder Shipped = ModelFolder.Open(Path.Combine(Support.Samples.Root, "models/person-vww-96"));

    /// <summary>Description files of the model.</summary>
    public static byte[] Architecture => File.ReadAllBytes(Path.Combine(Shipped.Path, "arch.json"));

    /// <summary>The graphs by name.</summary>
    public static IReadOnlyDictionary<string, Func<byte[]>> Graphs { get; } =
        new Dictionary<string, Func<byte[]>>
        {
            ["harmless"] = () => Graph([], [], "image"),
            ["kernel of another shape"] = () => Conv([4, 1, 3, 3], ("kernel_shape", [5, 5])),
            ["negative pads"] = () => Conv([4, 1, 3, 3], ("pads", [-40, -40, -90, -90])),
            ["huge pads"] = () => Conv([4, 1, 3, 3], ("pads", [1 << 30, 1 << 30, 1 << 30, 1 << 30])),
            ["no stride"] = () => Conv([4, 1, 3, 3], ("strides", [0, 0])),
            ["no dilation"] = () => Conv([4, 1, 3, 3], ("dilations", [0, 0])),
            ["no group"] = () => Conv([4, 1, 3, 3], group: 0),
            ["negative group"] = () => Conv([4, 1, 3, 3], group: -1),
            ["channels of another number"] = () => Conv([4, 7, 3, 3]),
            ["kernel without numbers"] = () => Conv([1L << 31, 1, 1L << 31, 3]),
            ["kernel of negative size"] = () => Conv([4, 1, -3, -3]),
            ["kernel of no dimension"] = () => Conv([]),
            ["constant of a shape"] = () => Graph([Node("ConstantOfShape", ["huge"], ["big"])], [Tensor("huge", [1], Huge)], "big"),
            ["tiles"] = () =>
                Graph(
                    [Node("Tile", ["one", "twice"], ["big"])],
                    [Tensor("one", [1, 1], 1f), Tensor("twice", [2], 1L << 14, 1L << 14)],
                    "big"
                ),
            ["expansion"] = () =>
                Graph([Node("Expand", ["one", "huge"], ["big"])], [Tensor("one", [1, 1], 1f), Tensor("huge", [2], 1, Huge)], "big"),
            ["doublings"] = () => Doublings(40),
            ["constant beyond all memory"] = () =>
                Graph([Node("ConstantOfShape", ["huge"], ["big"])], [Tensor("huge", [2], 1L << 40, 1L << 40)], "big"),
            ["endless loop"] = Loop,
        };

    /// <summary>Writes a folder with the graph of that name.</summary>
    public static void Write(string folder, string name)
    {
        File.WriteAllBytes(Path.Combine(folder, "arch.json"), Architecture);
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), Graphs[name]());
    }

    /// <summary>A graph whose scores depend on <paramref name="source"/>, so that no part of it is removed as unused.</summary>
    private static byte[] Graph(IReadOnlyList<byte[]> nodes, IReadOnlyList<byte[]> constants, string source)
    {
        InputSpec input = Shipped.Architecture.Input;
        int labels = Shipped.Architecture.Labels.Count;
        byte[][] all =
        [
            .. nodes,
            Node("ReduceMean", [source], ["mean"], Attribute("keepdims", 0)),
            Node("ReduceMean", ["image"], ["brightness"], Attribute("keepdims", 0)),
            Node("Add", ["mean", "brightness"], ["sum"]),
            Node("Mul", ["weights", "sum"], ["logits"]),
        ];
        ProtobufMessage graph = new ProtobufMessage()
            .AddAll(1, all, node => node)
            .Add(2, "crafted")
            .AddAll(5, constants, constant => constant)
            .Add(5, Tensor("weights", [1, labels], [.. Enumerable.Repeat(1f, labels)]))
            .Add(11, Value("image", Float, 1, input.Channels, input.Height, input.Width))
            .Add(12, Value("logits", Float, 1, labels));
        return new ProtobufMessage().Add(1, 8).Add(8, new ProtobufMessage().Add(2, 13)).Add(7, graph).ToArray();
    }

    private static byte[] Conv(long[] shape, (string Name, long[] Values)? attribute = null, long? group = null)
    {
        List<byte[]> attributes = [];
        if (attribute is { } list)
            attributes.Add(Attribute(list.Name, list.Values));
        if (group is { } number)
            attributes.Add(Attribute("group", number));
        long count = shape.Aggregate(1L, (a, b) => unchecked(a * b));
        float[] values = [.. Enumerable.Repeat(0.5f, count is > 0 and < 10_000 ? (int)count : 1)];
        return Graph([Node("Conv", ["image", "kernel"], ["big"], [.. attributes])], [Tensor("kernel", shape, values)], "big");
    }

    /// <summary>Each node joins the tensor of the one before it to itself.</summary>
    private static byte[] Doublings(int count) =>
        Graph(
            [.. Enumerable.Range(0, count).Select(i => Node("Concat", [$"t{i}", $"t{i}"], [$"t{i + 1}"], Attribute("axis", 1)))],
            [Tensor("t0", [1, 1], 1f)],
            $"t{count}"
        );

    private static byte[] Loop()
    {
        ProtobufMessage body = new ProtobufMessage()
            .Add(1, Node("Identity", ["going"], ["goes"]))
            .Add(1, Node("Add", ["value", "one"], ["next"]))
            .Add(2, "body")
            .Add(11, Value("turn", Int64))
            .Add(11, Value("going", Bool))
            .Add(11, Value("value", Float, 1, 1))
            .Add(12, Value("goes", Bool))
            .Add(12, Value("next", Float, 1, 1));
        ProtobufMessage attribute = new ProtobufMessage().Add(1, "body").Add(6, body).Add(20, GraphAttribute);
        return Graph(
            [Node("Loop", ["turns", "true", "one"], ["big"], attribute.ToArray())],
            [Tensor("turns", [], long.MaxValue), Tensor("one", [1, 1], 1f), True("true")],
            "big"
        );
    }

    private static byte[] Node(string type, string[] inputs, string[] outputs, params byte[][] attributes) =>
        new ProtobufMessage()
            .AddAll(1, inputs, Encoding.UTF8.GetBytes)
            .AddAll(2, outputs, Encoding.UTF8.GetBytes)
            .Add(4, type)
            .AddAll(5, attributes, attribute => attribute)
            .ToArray();

    private static byte[] Attribute(string name, long value) =>
        new ProtobufMessage().Add(1, name).Add(3, value).Add(20, IntAttribute).ToArray();

    private static byte[] Attribute(string name, long[] values)
    {
        ProtobufMessage attribute = new ProtobufMessage().Add(1, name);
        foreach (long value in values)
            attribute.Add(8, value);
        return attribute.Add(20, IntsAttribute).ToArray();
    }

    private static byte[] Tensor(string name, long[] shape, params long[] values) =>
        Tensor(name, shape, Int64, [.. values.SelectMany(BitConverter.GetBytes)]);

    private static byte[] Tensor(string name, long[] shape, params float[] values) =>
        Tensor(name, shape, Float, [.. values.SelectMany(BitConverter.GetBytes)]);

    private static byte[] True(string name) => Tensor(name, [], Bool, [1]);

    private static byte[] Tensor(string name, long[] shape, int type, byte[] data)
    {
        var tensor = new ProtobufMessage();
        foreach (long dimension in shape)
            tensor.Add(1, dimension);
        return tensor.Add(2, type).Add(8, name).Add(9, data).ToArray();
    }

    private static byte[] Value(string name, int type, params long[] shape)
    {
        ProtobufMessage dimensions = new ProtobufMessage().AddAll(1, shape, dimension => new ProtobufMessage().Add(1, dimension).ToArray());
        ProtobufMessage tensor = new ProtobufMessage().Add(1, type).Add(2, dimensions);
        return new ProtobufMessage().Add(1, name).Add(2, new ProtobufMessage().Add(1, tensor)).ToArray();
    }
}
