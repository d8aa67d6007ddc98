using System.Globalization;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>
/// A camera in the notation of the settings: <c>scheme:target?key=value&amp;key=value</c>. The target may itself contain question marks
/// (patterns of file names do): only a tail of <c>key=value</c> pairs counts as parameters. A target that is an address (with
/// <c>://</c>) keeps its own query, and the parameters stand after a number sign: <c>ffmpeg:http://host/video?id=1#rate=5</c>.
/// <see cref="CameraWords"/> translates other names.
/// </summary>
public sealed class CameraSource
{
    private const int MaxLength = 4096;

    private CameraSource(string scheme, string target, IReadOnlyDictionary<string, string> parameters)
    {
        Scheme = scheme;
        Target = target;
        Parameters = parameters;
        DisplayName = AddressSecrets.Remove($"{scheme}:{target}");
    }

    /// <summary>The kind of camera, in lower case, such as <c>images</c>.</summary>
    public string Scheme { get; }

    /// <summary>The part after the scheme, without parameters: a path, a device or an address; may be empty.</summary>
    public string Target { get; }

    /// <summary>The parameters by name; names are in lower case.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; }

    /// <summary>Scheme and target without parameters and credentials, for logs, events and messages.</summary>
    public string DisplayName { get; }

    /// <summary>Parses a source.</summary>
    /// <exception cref="CameraException">The text is not of the form <c>scheme:target?key=value</c>.</exception>
    public static CameraSource Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
            throw new CameraException($"A camera's name of {text.Length} characters is too long; at most {MaxLength} are read.");
        text = CameraWords.Translate(text);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || !text.AsSpan(0, colon).ContainsOnlyLettersAndDigits())
            throw Unknown(text);

        string scheme = text[..colon].ToLowerInvariant(),
            rest = text[(colon + 1)..];

        // The query of an address belongs to the address; the parameters are its fragment, which is not sent to the server.
        int separator = rest.LastIndexOf(IsAddress(rest) ? '#' : '?');
        if (separator < 0 || !IsQuery(rest.AsSpan(separator + 1)))
            return new CameraSource(scheme, rest, new Dictionary<string, string>());

        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in rest[(separator + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string key = pair[..equals].ToLowerInvariant();
            if (!parameters.TryAdd(key, Uri.UnescapeDataString(pair[(equals + 1)..])))
                throw new CameraException(
                    $"Camera '{AddressSecrets.Remove($"{scheme}:{rest[..separator]}")}' has the parameter {key} twice."
                );
        }

        return new CameraSource(scheme, rest[..separator], parameters);
    }

    /// <summary>The exception for a camera of no known kind.</summary>
    internal static CameraException Unknown(string text)
    {
        string name = AddressSecrets.Remove(text);
        return CameraWords.Nearest(text) is { } near
            ? new CameraException($"'{name}' is not a camera; did you mean {near}?")
            : new CameraException(
                $"'{name}' is not a camera; a camera is /dev/video0, webcam, csi, rtsp://HOST/PATH, a folder, "
                    + "or a kind with a colon as in docs/cameras.md."
            );
    }

    /// <summary>Rejects parameters that this kind of camera does not have.</summary>
    /// <exception cref="CameraException">There is one.</exception>
    public void RequireOnly(params ReadOnlySpan<string> known)
    {
        foreach (string key in Parameters.Keys)
        {
            if (!known.Contains(key))
                throw new CameraException(
                    $"{DisplayName}: the parameter {key} is not known; {Scheme}: has {string.Join(", ", known.ToArray())}."
                );
        }
    }

    /// <summary>A parameter that is a number, or <paramref name="otherwise"/> when it is not given.</summary>
    /// <exception cref="CameraException">It is not a number of that range.</exception>
    public double Number(string key, double otherwise, double min, double max)
    {
        if (!Parameters.TryGetValue(key, out string? text))
            return otherwise;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= min && value <= max)
            return value;
        throw new CameraException(
            FormattableString.Invariant($"{DisplayName}: {key} is '{text}'; it must be a number from {min} to {max}.")
        );
    }

    /// <summary>A parameter that is a whole number, or <paramref name="otherwise"/> when it is not given.</summary>
    /// <exception cref="CameraException">It is not a whole number of that range.</exception>
    public int WholeNumber(string key, int otherwise, int min, int max)
    {
        if (!Parameters.TryGetValue(key, out string? text))
            return otherwise;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max)
            return value;
        throw new CameraException(
            FormattableString.Invariant($"{DisplayName}: {key} is '{text}'; it must be a whole number from {min} to {max}.")
        );
    }

    /// <summary>A parameter that is true or false, or <paramref name="otherwise"/> when it is not given.</summary>
    /// <exception cref="CameraException">It is neither.</exception>
    public bool Flag(string key, bool otherwise)
    {
        if (!Parameters.TryGetValue(key, out string? text))
            return otherwise;
        return text.ToLowerInvariant() switch
        {
            "true" or "1" or "yes" => true,
            "false" or "0" or "no" => false,
            _ => throw new CameraException($"{DisplayName}: {key} is '{text}'; it must be true or false."),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => DisplayName;

    private static bool IsQuery(ReadOnlySpan<char> text)
    {
        foreach (Range range in text.Split('&'))
        {
            ReadOnlySpan<char> pair = text[range];
            int equals = pair.IndexOf('=');
            if (equals < 1 || !pair[..equals].ContainsOnlyLettersAndDigits())
                return false;
        }

        return true;
    }

    private static bool IsAddress(string rest) => rest.Contains("://", StringComparison.Ordinal);
}
