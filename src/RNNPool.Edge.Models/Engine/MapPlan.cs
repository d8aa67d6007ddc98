using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Engine;

/// <summary>Layouts of the maps of a package and their places in the arena. Map 0 is the picture, map i + 1 layer i's output.</summary>
internal sealed class MapPlan
{
    private readonly int[] _inputs;

    /// <summary>Plans the arena.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="elementBytes">Bytes of an element of a map.</param>
    /// <param name="scratchBytes">Working memory of a layer with an input of this layout.</param>
    /// <param name="keepMaps">Whether all maps stay until the end of a run.</param>
    public MapPlan(IReadOnlyList<LayerRecord> layers, int elementBytes, Func<int, MapLayout, long> scratchBytes, bool keepMaps)
    {
        int count = layers.Count;
        _inputs = new int[count];
        int[] last = new int[count + 1],
            border = new int[count + 1];
        for (int i = 0, map = 0; i < count; i++)
        {
            _inputs[i] = map;
            if (layers[i].Operation is LayerOperation.Conv3x3 or LayerOperation.Head or LayerOperation.Depthwise3x3)
                border[map] = 1;
            last[map] = i;
            if (layers[i].ResidualOf is int source)
                last[_inputs[source]] = i;
            last[i + 1] = i == count - 1 ? count : i;
            if (layers[i].Operation != LayerOperation.Head)
                map = i + 1;
        }

        Layouts = new MapLayout[count + 1];
        Offsets = new long[count + 1];
        ScratchOffsets = new long[count];
        var arena = new ArenaAllocator();
        MapShape picture = layers[0].Input;
        Layouts[0] = new MapLayout(picture, picture.Channels, border[0], elementBytes);
        Offsets[0] = arena.Place(Layouts[0].Bytes, 0, keepMaps ? count : last[0]);
        for (int i = 0; i < count; i++)
        {
            bool words = layers[i].Operation is LayerOperation.Head or LayerOperation.Dense;
            MapShape shape = layers[i].Output;
            Layouts[i + 1] = new MapLayout(shape, MapLayout.Fill(shape.Channels), border[i + 1], words ? sizeof(short) : elementBytes);
            Offsets[i + 1] = arena.Place(Layouts[i + 1].Bytes, i, keepMaps ? count : last[i + 1]);
            long scratch = scratchBytes(i, Layouts[_inputs[i]]);
            ScratchOffsets[i] = scratch > 0 ? arena.Place(scratch, i, i) : 0;
        }

        ArenaBytes = arena.Bytes;
    }

    public MapLayout[] Layouts { get; }

    public long[] Offsets { get; }

    public long[] ScratchOffsets { get; }

    public long ArenaBytes { get; }

    /// <summary>The map that a layer reads.</summary>
    public int InputOf(int layer) => _inputs[layer];
}
