using RNNPool.Edge.Fuzz.Targets;

namespace RNNPool.Edge.Fuzz;

/// <summary>
/// <c>list</c> prints the names of the targets; <c>instrument FOLDER</c> adds counters to the assemblies of the product there;
/// <c>run TARGET [option of libFuzzer]...</c> runs a target.
/// </summary>
internal static class Program
{
    private static readonly (string Name, Func<FuzzTarget> Create)[] Targets =
    [
        ("package", () => new PackageTarget()),
        ("arch", () => new ArchTarget()),
        ("weights", () => new WeightsTarget()),
        ("archive", () => new ArchiveTarget()),
        ("link", () => new LinkTarget()),
        ("jpeg", () => new JpegTarget()),
        ("yuv", () => new YuvTarget()),
        ("annotations", () => new AnnotationsTarget()),
        ("configuration", () => new ConfigurationTarget()),
        ("http", () => new HttpTarget()),
        ("mqtt", () => new MqttTarget()),
    ];

    private static int Main(string[] args)
    {
        switch (args)
        {
            case ["list"]:
                foreach ((string name, _) in Targets)
                    Console.WriteLine(name);
                return 0;
            case ["instrument", string folder]:
                Instrumentation.AddCounters(folder);
                return 0;
            case ["run", string name, .. string[] options] when Array.Find(Targets, target => target.Name == name).Create is { } create:
                return LibFuzzer.Run(name, create, options);
            default:
                Console.Error.WriteLine("error: expected list, instrument FOLDER, or run TARGET [option]...");
                return 2;
        }
    }
}
