using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Host;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Tests.Architecture;

/// <summary>
/// Holds the directions between the projects and between the folders of the application, and the rules for services and live settings.
/// Namespaces are folders, so the source text shows every dependency between folders.
/// </summary>
public sealed partial class ArchitectureTests
{
    private const string Application = "RNNPool.Edge";

    // A folder may use the folders named beside it. Each line names only folders of the lines above it, so there is no cycle.
    private static readonly (string Folder, string[] Uses)[] Folders =
    [
        ("Core", []),
        ("Settings", ["Core"]),
        ("Events", ["Core"]),
        ("Pipeline", ["Core", "Events"]),
        ("Health", ["Core", "Events", "Pipeline"]),
        ("Sinks", ["Core", "Events", "Pipeline"]),
        ("Parts", ["Core", "Events", "Pipeline"]),
        ("Diagnostics", ["Core", "Settings", "Events", "Pipeline", "Health", "Sinks", "Parts"]),
        ("Web", ["Core", "Settings", "Events", "Pipeline", "Health", "Sinks", "Parts", "Diagnostics"]),
        ("Cli", ["Core", "Settings", "Events", "Pipeline", "Health", "Sinks", "Parts", "Diagnostics", "Web"]),
        ("Host", ["Core", "Settings", "Events", "Pipeline", "Health", "Sinks", "Parts", "Diagnostics", "Web", "Cli"]),
    ];

    private static readonly (string Project, string[] Uses)[] Projects =
    [
        ("RNNPool.Edge.Models", []),
        ("RNNPool.Edge.Link", ["RNNPool.Edge.Models"]),
        ("RNNPool.Edge.Vision", ["RNNPool.Edge.Models"]),
        ("RNNPool.Edge.Hardware", []),
        ("RNNPool.Edge", ["RNNPool.Edge.Hardware", "RNNPool.Edge.Link", "RNNPool.Edge.Models", "RNNPool.Edge.Vision"]),
    ];

    private static readonly Type[] Types =
    [
        .. typeof(DeviceHost).Assembly.GetTypes().Where(type => type.Namespace?.StartsWith(Application, StringComparison.Ordinal) == true),
    ];

    [Fact]
    public void Projects_refer_only_to_the_projects_below_them()
    {
        foreach ((string project, string[] uses) in Projects)
        {
            XDocument file = XDocument.Load(Path.Combine(Samples.Root, "src", project, project + ".csproj"));
            IEnumerable<string> references = file.Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));
            Assert.Subset(uses.ToHashSet(), references.ToHashSet());
        }
    }

    [Fact]
    public void No_folder_may_use_one_that_comes_later()
    {
        for (int i = 0; i < Folders.Length; i++)
            Assert.Subset(Folders[..i].Select(folder => folder.Folder).ToHashSet(), Folders[i].Uses.ToHashSet());
    }

    [Fact]
    public void Folders_use_only_the_folders_below_them()
    {
        string root = Path.Combine(Samples.Root, "src", Application);
        string[] names = [.. Folders.Select(folder => folder.Folder)];
        var violations = new List<string>();
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(root, file),
                folder = path.Split('/')[0];
            if (folder is "obj" or "bin")
                continue;
            Assert.Contains(folder, names);
            string[] allowed = [folder, .. Folders.Single(entry => entry.Folder == folder).Uses];
            IEnumerable<string> used = FolderReference().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value).Distinct();
            violations.AddRange(used.Where(name => names.Contains(name) && !allowed.Contains(name)).Select(name => $"{path} uses {name}"));
        }

        Assert.Empty(violations);
    }

    [Fact]
    public void No_class_outside_of_the_host_takes_the_service_provider()
    {
        // The container itself calls the factories that a feature registers, which are lambdas.
        IEnumerable<string> offenders = Types
            .Where(type => !IsIn(type, "Host"))
            .Where(type => !Registers(Outermost(type)) || !IsGenerated(type))
            .SelectMany(type => Members(type).Where(member => !Registers(type) || !IsGenerated(member)))
            .Where(TakesProvider)
            .Select(member => $"{member.DeclaringType!.FullName}.{member.Name}");

        Assert.Empty(offenders);
    }

    [Fact]
    public void No_class_outside_of_the_host_looks_up_services_of_an_application()
    {
        string root = Path.Combine(Samples.Root, "src", Application);
        IEnumerable<string> offenders = Directory
            .EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file))
            .Where(path => !path.StartsWith("Host/", StringComparison.Ordinal))
            .Where(path => LookUp().IsMatch(File.ReadAllText(Path.Combine(root, path))));

        Assert.Empty(offenders);
    }

    [Fact]
    public void The_service_provider_is_found_in_constructors_methods_and_fields()
    {
        IEnumerable<string> found = Members(typeof(Offender))
            .Where(member => !IsGenerated(member) && TakesProvider(member))
            .Select(member => member.Name);

        Assert.Equal([".ctor", nameof(Offender.Create), nameof(Offender.Factory), "_services"], found);
    }

    [Fact]
    public void Sections_with_live_settings_arrive_through_ILive()
    {
        Type[] live = [.. DeviceHost.Sections.Where(section => HasLive(section.Type)).Select(section => section.Type)];
        Assert.NotEmpty(live);
        var offenders = new List<string>();
        foreach (Type type in Types.Where(type => !type.IsAssignableTo(typeof(IFeature)) && !type.IsGenericTypeDefinition))
        {
            foreach (ParameterInfo parameter in type.GetConstructors(All).SelectMany(constructor => constructor.GetParameters()))
            {
                Type taken = parameter.ParameterType;
                Type? definition = taken.IsGenericType ? taken.GetGenericTypeDefinition() : null;
                bool options =
                    definition == typeof(IOptions<>) || definition == typeof(IOptionsMonitor<>) || definition == typeof(IOptionsSnapshot<>);
                if (options && live.Contains(taken.GenericTypeArguments[0]) && !MayKeep(type))
                    offenders.Add($"{type.Name}({taken.GenericTypeArguments[0].Name})");
            }
        }

        Assert.Empty(offenders);
    }

    [Fact]
    public void Every_logger_is_registered_as_a_closed_type()
    {
        var services = new ServiceCollection();
        ClosedLoggers.AddTo(services);
        IEnumerable<Type> taken = Types
            .SelectMany(type => type.GetConstructors(All))
            .SelectMany(constructor => constructor.GetParameters())
            .Select(parameter => parameter.ParameterType)
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ILogger<>) && !type.ContainsGenericParameters)
            .Distinct();

        Assert.Equal(taken.Select(type => type.ToString()).Order(), services.Select(service => service.ServiceType.ToString()).Order());
    }

    [Theory]
    [InlineData(@"\bFile\.(Move|Replace)\(", "Core/AtomicFile.cs")]
    [InlineData(@"new SqliteConnection\(", "Core/StateDatabase.cs")]
    public void Files_are_replaced_and_databases_opened_in_one_place(string call, string place)
    {
        string root = Path.Combine(Samples.Root, "src", Application);
        IEnumerable<string> places = Directory
            .EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(file => Regex.IsMatch(File.ReadAllText(file), call))
            .Select(file => Path.GetRelativePath(root, file));

        Assert.Equal([place], places);
    }

    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // Validators see the candidate settings; the folder of the state is fixed at start, and only other keys of its section are live.
    private static bool MayKeep(Type type) =>
        type == typeof(StateFolder)
        || type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IValidateOptions<>));

    private static bool HasLive(Type options) =>
        options.GetProperties().Any(property => property.GetCustomAttribute<SettingAttribute>() is { Live: true });

    private static bool IsIn(Type type, string folder) => type.Namespace!.StartsWith($"{Application}.{folder}", StringComparison.Ordinal);

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static bool Registers(Type type) =>
        type.IsAssignableTo(typeof(IFeature)) || type.Name.EndsWith("Extensions", StringComparison.Ordinal);

    private static bool IsGenerated(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute)) || member.Name.StartsWith('<');

    private static bool IsProvider(Type type) =>
        type == typeof(IServiceProvider) || (type.IsGenericType && type.GenericTypeArguments.Any(IsProvider));

    private static IEnumerable<MemberInfo> Members(Type type) =>
        [.. type.GetConstructors(All), .. type.GetMethods(All), .. type.GetFields(All)];

    private static bool TakesProvider(MemberInfo member) =>
        member switch
        {
            MethodInfo method => IsProvider(method.ReturnType)
                || method.GetParameters().Any(parameter => IsProvider(parameter.ParameterType)),
            MethodBase constructor => constructor.GetParameters().Any(parameter => IsProvider(parameter.ParameterType)),
            FieldInfo field => IsProvider(field.FieldType),
            _ => false,
        };

    private sealed class Offender(IServiceProvider services)
    {
        private readonly IServiceProvider _services = services;

        public static string Create(IServiceProvider services, string name) => $"{services}{name}";

        public Func<IServiceProvider, string> Factory() => _ => $"{_services}";
    }

    [GeneratedRegex(@"\b(Request|Application)?Services\s*\.\s*Get(Required)?(Keyed)?Services?\b")]
    private static partial Regex LookUp();

    [GeneratedRegex(@"\bRNNPool\.Edge\.(\w+)")]
    private static partial Regex FolderReference();
}
