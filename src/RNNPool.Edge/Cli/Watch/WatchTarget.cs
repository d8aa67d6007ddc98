using System.Globalization;
using System.Net;
using RNNPool.Edge.Core;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Web;

namespace RNNPool.Edge.Cli.Watch;

/// <summary>Address and token of the device that <c>watch</c> connects to.</summary>
internal static class WatchTarget
{
    /// <summary>Environment variable that holds an API token.</summary>
    public const string TokenVariable = SettingsLoader.EnvironmentPrefix + "TOKEN";

    private const int MaxToken = 512;

    /// <summary>Parses an address; a slash is appended if it is missing.</summary>
    /// <exception cref="CommandException">It is not an address of HTTP or HTTPS.</exception>
    public static Uri ParseAddress(string text)
    {
        if (
            Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri.UserInfo.Length == 0
            && uri.Query.Length == 0
            && uri.Fragment.Length == 0
        )
        {
            return uri.AbsolutePath.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/");
        }

        throw new CommandException(
            $"--url is '{SettingRules.Printable(text)}'; it must be an address such as http://127.0.0.1:8760 "
                + "or https://door.example.org:8443.",
            "A token is given with --token-file, not in the address.",
            ExitCode.Usage
        );
    }

    /// <summary>The address of the device on this machine.</summary>
    /// <exception cref="CommandException">The port is not fixed in the settings.</exception>
    public static Uri LocalAddress(DeviceSettings settings)
    {
        string? set = settings.Values.GetValueOrDefault($"{WebOptions.SectionName}:{nameof(WebOptions.Port)}").Value;
        int port = set is null ? new WebOptions().Port : int.Parse(set, CultureInfo.InvariantCulture);
        return port != 0
            ? new UriBuilder(Uri.UriSchemeHttp, IPAddress.Loopback.ToString(), port, "/").Uri
            : throw new CommandException(
                "Web:Port is 0, so the device uses any free port.",
                "The log of the device contains the port; use --url http://127.0.0.1:PORT.",
                ExitCode.Usage
            );
    }

    /// <summary>Reads the API token from the option, the file or the environment.</summary>
    /// <exception cref="CommandException">The token is invalid, or given twice.</exception>
    public static string? ReadToken(string? given, FileInfo? file)
    {
        if (given is not null && file is not null)
            throw new CommandException("--token and --token-file are both given.", "Leave one of them out.", ExitCode.Usage);
        string? token = given ?? (file is not null ? ReadFile(file) : Environment.GetEnvironmentVariable(TokenVariable));
        if (string.IsNullOrEmpty(token) && given is null && file is null)
            return null;
        return token!.Length is > 0 and <= MaxToken && token.All(c => c is > ' ' and < '\u007f')
            ? token
            : throw new CommandException(
                "The API token is invalid.",
                "A token begins with rnnp_; create one on the page under Access.",
                ExitCode.Usage
            );
    }

    private static string ReadFile(FileInfo file)
    {
        try
        {
            using StreamReader reader = file.OpenText();
            char[] buffer = new char[MaxToken + 2];
            return new string(buffer, 0, reader.ReadBlock(buffer)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"The token file {file.FullName} cannot be read: {exception.Message.TrimEnd('.')}.",
                "Check --token-file.",
                ExitCode.Failure,
                exception
            );
        }
    }
}
