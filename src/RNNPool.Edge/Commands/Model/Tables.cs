using System.Globalization;
using Spectre.Console;

namespace RNNPool.Edge.Commands.Model;

/// <summary>Tables of figures: the first column text, the others flush right.</summary>
internal static class Tables
{
    public static Table Create(string first, IEnumerable<string> others)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn(first);
        foreach (string heading in others) table.AddColumn(heading, column => column.RightAligned().NoWrap());
        return table;
    }

    public static void Add(Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(cell)));

    public static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
