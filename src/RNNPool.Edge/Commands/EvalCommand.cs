using System.CommandLine;
namespace RNNPool.Edge.Commands;
internal static class EvalCommand { public static (Command Command, string Examples) Build(Terminal terminal) { _ = terminal; return (new Command("eval", "x"), ""); } }
