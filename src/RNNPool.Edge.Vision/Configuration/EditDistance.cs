namespace RNNPool.Edge.Vision.Configuration;

/// <summary>Finds the known word that is closest to an unknown one.</summary>
public static class EditDistance
{
    /// <summary>The known word that is closest to a wrong one; null when none is close.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        string? best = known.MinBy(candidate => Between(candidate, word));
        return best is not null && Between(best, word) <= Math.Max(2, word.Length / 4) ? best : null;
    }

    /// <summary>Levenshtein's edit distance, without regard to case.</summary>
    public static int Between(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                (diagonal, row[j]) = (row[j], Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1));
            }
        }

        return row[b.Length];
    }
}
