using System.Globalization;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Vision.Motion;

/// <summary>The rules for the motion masks of one camera, besides the attributes.</summary>
public static class MaskRules
{
    /// <summary>Adds a failure for each mask that is no polygon, and for masks that cover the whole picture.</summary>
    /// <param name="rules">Receives the failures.</param>
    /// <param name="section">Name of the section.</param>
    /// <param name="list">Key of the masks in the section.</param>
    /// <param name="masks">The masks.</param>
    public static void Check(SettingRules rules, string section, string list, IReadOnlyList<string> masks)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(masks);
        bool polygons = true;
        for (int i = 0; i < masks.Count; i++)
        {
            string? error = MotionDetector.Check([masks[i]]);
            polygons &= error is null;
            rules.Check(string.Create(CultureInfo.InvariantCulture, $"{list}:{i}"), masks[i], error is null, $"it must {error}");
        }

        if (polygons && CoverAll(masks))
            rules.Check($"{section}:{list} cover the whole picture; they must leave a part of it.");
    }

    private static bool CoverAll(IReadOnlyList<string> masks)
    {
        try
        {
            _ = new MotionDetector(2, 0.1f, masks);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
