using System.Globalization;

namespace RNNPool.Edge.Pipeline.Control;

/// <summary>A period of the week by local time.</summary>
/// <param name="Days">Days on which it begins, as bits from Sunday.</param>
/// <param name="Begin">When it begins.</param>
/// <param name="End">When it ends, on the next day if it is not after <paramref name="Begin"/>.</param>
internal readonly record struct QuietPeriod(int Days, TimeOnly Begin, TimeOnly End)
{
    private const int EveryDay = 0b111_1111;

    private static readonly string[] Names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>Parses a validated text; see <see cref="QuietHoursOptions.Times"/>.</summary>
    public static QuietPeriod Parse(string text)
    {
        string[] words = text.Split(' ');
        string[] times = words[^1].Split('-');
        return new QuietPeriod(words.Length == 1 ? EveryDay : ParseDays(words[0]), ParseTime(times[0]), ParseTime(times[1]));
    }

    /// <summary>Whether a local time is in the period.</summary>
    public bool Contains(DateTime local)
    {
        TimeOnly time = TimeOnly.FromDateTime(local);
        if (Begin < End)
            return HasDay(local.DayOfWeek) && Begin <= time && time < End;

        // From the evening until midnight, and from midnight into the morning of the next day.
        return time >= Begin ? HasDay(local.DayOfWeek) : time < End && HasDay(local.AddDays(-1).DayOfWeek);
    }

    private bool HasDay(DayOfWeek day) => (Days >> (int)day & 1) != 0;

    private static int ParseDays(string text)
    {
        int days = 0;
        foreach (string range in text.Split(','))
        {
            string[] ends = range.Split('-');
            int last = Array.IndexOf(Names, ends[^1]);

            // A range may pass the end of the week, as in fri-mon.
            for (int day = Array.IndexOf(Names, ends[0]); ; day = (day + 1) % Names.Length)
            {
                days |= 1 << day;
                if (day == last)
                    break;
            }
        }

        return days;
    }

    private static TimeOnly ParseTime(string text) => TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);
}
