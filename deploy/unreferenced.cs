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

Dictionary<string, byte[]> assemblies = Directory
    .GetFiles(folder, "*.dll")
    .ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllBytes, StringComparer.OrdinalIgnoreCase);
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

static bool Contains(byte[] image, byte[] text) => image.AsSpan().IndexOf(text) >= 0;
