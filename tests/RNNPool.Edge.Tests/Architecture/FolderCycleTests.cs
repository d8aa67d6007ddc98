namespace RNNPool.Edge.Tests.Architecture;

/// <summary>
/// Sub-folders depend on each other in one direction. A feature may use all sub-folders, because it registers their services.
/// </summary>
public sealed class FolderCycleTests
{
    private static readonly FolderGraph Graph = FolderGraph.Load();

    /// <summary>The folders whose own files are in a circle with those of their sub-folders.</summary>
    /// <remarks>
    /// The files of Web are both the contracts of its sub-folders (problems, JSON) and the endpoints that use them; those of Sinks/Mqtt
    /// hold the options and topics that its sub-folders use, and the link that uses them.
    /// </remarks>
    private static readonly string[] Intertwined = ["Sinks.Mqtt", "Web"];

    public static TheoryData<string> Folders { get; } = [.. Graph.Parents];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Sub_folders_are_in_no_cycle(string folder) => Assert.Empty(Graph.Cycles(folder, own: !Intertwined.Contains(folder)));

    [Fact]
    public void The_exceptions_are_in_use() => Assert.All(Intertwined, folder => Assert.NotEmpty(Graph.Cycles(folder, own: true)));

    [Fact]
    public void A_cycle_is_found_with_the_types_that_make_it()
    {
        var graph = new FolderGraph([
            ("RNNPool.Edge.Web.A.One", "RNNPool.Edge.Web.B.Two"),
            ("RNNPool.Edge.Web.B.Two", "RNNPool.Edge.Web.C.Three"),
            ("RNNPool.Edge.Web.C.Three", "RNNPool.Edge.Web.A.Other"),
            ("RNNPool.Edge.Web.Zero", "RNNPool.Edge.Web.A.One"),
            ("RNNPool.Edge.Web.C.Three", "RNNPool.Edge.Core.Part"),
        ]);

        Assert.Equal(
            ["A -> B: Web.A.One uses Web.B.Two", "B -> C: Web.B.Two uses Web.C.Three", "C -> A: Web.C.Three uses Web.A.Other"],
            graph.Cycles("Web", own: true)
        );
        Assert.Empty(graph.Cycles("Core", own: true));
    }
}
