using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RNNPool.Edge.Cli;

/// <summary>The tables of all commands: words are left-aligned, figures right-aligned.</summary>
internal static class Tables
{
    /// <summary>A table of figures: the first column contains words, the others figures.</summary>
    public static Table Create(string first, IEnumerable<string> others) => CreateText(first).Figures([.. others]);

    /// <summary>A table of words.</summary>
    public static Table CreateText(params string[] headings) => new Table().Border(TableBorder.Simple).Words(headings);

    /// <summary>Adds columns of words.</summary>
    public static Table Words(this Table table, params string[] headings)
    {
        foreach (string heading in headings)
            table.AddColumn(new TableColumn(new Text(heading)));
        return table;
    }

    /// <summary>Adds columns of figures, which are not wrapped.</summary>
    public static Table Figures(this Table table, params string[] headings)
    {
        foreach (string heading in headings)
            table.AddColumn(new TableColumn(new Text(heading)).RightAligned().NoWrap());
        return table;
    }

    /// <summary>A table of names and values.</summary>
    public static Table Pairs(string name, string value, IEnumerable<(string Name, string Value)> pairs)
    {
        Table table = CreateText(name, value);
        foreach ((string first, string second) in pairs)
            Add(table, first, second);
        return table;
    }

    /// <summary>Adds a row; markup in the cells is plain text.</summary>
    public static void Add(this Table table, params string[] cells) =>
        table.AddRow(cells.Select(cell => (IRenderable)new Text(Terminal.Printable(cell))));

    /// <summary>The rows, each as lines of heading and value, with an empty line after it; empty cells are left out.</summary>
    public static IEnumerable<Grid> Rows(Table table, RenderOptions options)
    {
        foreach (TableRow row in table.Rows)
        {
            var grid = new Grid { Expand = false };
            grid.AddColumn(new GridColumn().NoWrap().Padding(2, 0, 2, 0)).AddColumn();
            for (int i = 0; i < table.Columns.Count; i++)
            {
                if (row[i].Measure(options, int.MaxValue).Max > 0)
                    grid.AddRow(table.Columns[i].Header, row[i]);
            }

            grid.AddEmptyRow();
            yield return grid;
        }
    }

    public static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    /// <summary>A whole number, in groups of three digits.</summary>
    public static string Whole(long? value) => value?.ToString("#,0", CultureInfo.InvariantCulture) ?? "-";
}
