// unreferenced.cs FOLDER: the assemblies of a published program that nothing in it refers to, a file name a line.
//
// Starts at the program and the runtime's core and follows references: in metadata, as an assembly's name in a string (for Type.GetType),
// or as an assembly-qualified name in an attribute. The program cannot load an assembly that is never reached.

#:property RestorePackagesWithLockFile=false

using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;

if (args is not [var folder] || !File.Exists(Path.Combine(folder, "rnnpool-edge.dll")))
{
    Console.Error.WriteLine("error: Name the folder of the published program.");
    return 2;
}

// Assemblies that only forward the types of .NET Framework and .NET Standard to where they are now: the types that an assembly takes
// through them decide, not their references, which are nearly all assemblies of the runtime.
var facades = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
{
    "netstandard",
    "mscorlib",
    "System",
    "System.Core",
    "System.Data",
    "System.Xml",
    "System.Xml.Linq",
    "System.Net",
    "System.Drawing",
    "System.Numerics",
    "System.Security",
    "System.Runtime.Serialization",
    "System.ServiceModel.Web",
    "System.ServiceProcess",
    "System.Transactions",
    "System.Web",
    "System.Windows",
    "System.Configuration",
    "System.AppContext",
    "Microsoft.VisualBasic",
    "WindowsBase",
    "System.ComponentModel.DataAnnotations",
    "System.IO.Compression.FileSystem",
};

Dictionary<string, byte[]> assemblies = Directory
    .GetFiles(folder, "*.dll")
    .ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllBytes, StringComparer.OrdinalIgnoreCase);
var forwards = new Dictionary<string, Dictionary<string, string>>(StringComparer.OrdinalIgnoreCase);
var reached = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
var open = new Queue<string>(["rnnpool-edge", "System.Private.CoreLib"]);
while (open.TryDequeue(out string? name))
{
    if (!assemblies.TryGetValue(name, out byte[]? image) || !reached.Add(name))
        continue;
    using var reader = new PEReader(new MemoryStream(image));
    // A library that is not managed.
    if (!reader.HasMetadata)
        continue;
    MetadataReader metadata = reader.GetMetadataReader();
    if (facades.Contains(name))
        continue;
    FollowFacades(metadata);
    foreach (AssemblyReferenceHandle handle in metadata.AssemblyReferences)
        open.Enqueue(metadata.GetString(metadata.GetAssemblyReference(handle).Name));
    foreach (string other in assemblies.Keys)
    {
        if (
            !reached.Contains(other)
            && (Contains(image, Encoding.Unicode.GetBytes(other)) || Contains(image, Encoding.UTF8.GetBytes($", {other}")))
        )
            open.Enqueue(other);
    }
}

foreach (string name in assemblies.Keys.Where(name => !reached.Contains(name)).Order(StringComparer.Ordinal))
    Console.WriteLine($"{name}.dll");
return 0;

// Reaches the assemblies that have the types which an assembly takes through facades.
void FollowFacades(MetadataReader metadata)
{
    foreach (TypeReferenceHandle handle in metadata.TypeReferences)
    {
        TypeReference type = metadata.GetTypeReference(handle);
        if (type.ResolutionScope.Kind != HandleKind.AssemblyReference)
            continue;
        string scope = metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name);
        string name = $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
        while (facades.Contains(scope) && Forwards(scope).TryGetValue(name, out string? target))
        {
            open.Enqueue(target);
            scope = target;
        }
    }
}

Dictionary<string, string> Forwards(string facade)
{
    if (forwards.TryGetValue(facade, out Dictionary<string, string>? known))
        return known;
    var found = new Dictionary<string, string>(StringComparer.Ordinal);
    forwards[facade] = found;
    if (!assemblies.TryGetValue(facade, out byte[]? image))
        return found;
    using var reader = new PEReader(new MemoryStream(image));
    MetadataReader metadata = reader.GetMetadataReader();
    foreach (ExportedTypeHandle handle in metadata.ExportedTypes)
    {
        ExportedType type = metadata.GetExportedType(handle);
        if (type.Implementation.Kind == HandleKind.AssemblyReference)
        {
            found[$"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}"] = metadata.GetString(
                metadata.GetAssemblyReference((AssemblyReferenceHandle)type.Implementation).Name
            );
        }
    }

    return found;
}

static bool Contains(byte[] image, byte[] text) => image.AsSpan().IndexOf(text) >= 0;
