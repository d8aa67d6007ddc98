using System.Reflection;
using System.Text;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Tests.Texts;

/// <summary>
/// The only place where the wording of log messages is held: texts.txt lists them by event id. Set UPDATE_TEXTS=1 to write the file again
/// after a message was changed on purpose, and read the difference as a user would.
/// </summary>
public sealed class TextSnapshotTests
{
    private static readonly Assembly[] Assemblies = [typeof(ILive<>).Assembly, typeof(Frame).Assembly, typeof(LinkSession).Assembly];

    private static string File => Path.Combine(Samples.Root, "tests/RNNPool.Edge.Tests/Texts/texts.txt");

    [Fact]
    public void Log_messages_are_those_of_the_snapshot()
    {
        string texts = Collect();
        if (Environment.GetEnvironmentVariable("UPDATE_TEXTS") == "1")
            System.IO.File.WriteAllText(File, texts);
        Assert.Equal(System.IO.File.ReadAllText(File), texts);
    }

    [Fact]
    public void Event_ids_are_unique_within_a_category()
    {
        IEnumerable<string> twice = Messages()
            .GroupBy(message => (message.Id, message.Category))
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}");
        Assert.Empty(twice);
    }

    private static string Collect()
    {
        var text = new StringBuilder();
        foreach (
            (int id, string category, LogLevel level, string message) in Messages()
                .OrderBy(message => message.Id)
                .ThenBy(message => message.Category, StringComparer.Ordinal)
        )
        {
            text.Append(id).Append(' ').Append(level).Append(' ').Append(category).Append(": ").Append(message).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<(int Id, string Category, LogLevel Level, string Message)> Messages() =>
        from type in Assemblies.SelectMany(assembly => assembly.GetTypes())
        from method in type.GetMethods(
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
        )
        let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
        where attribute is not null
        select (attribute.EventId, type.Name, attribute.Level, attribute.Message);
}
