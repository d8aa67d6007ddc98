using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using RNNPool.Edge.Vision.Cameras.Jpeg;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Vision.Cameras.Http;

/// <summary>The contents of a camera's answer.</summary>
internal enum HttpContentKind
{
    /// <summary>JPEG pictures, one or many.</summary>
    Pictures,

    /// <summary>Another kind of stream, such as a film.</summary>
    Other,
}

/// <summary>Requests a camera's address and reads the answer. Used by one reader.</summary>
internal sealed class HttpConnection : IDisposable
{
    /// <summary>How a user permits a certificate that is not valid.</summary>
    internal const string TrustFix =
        "Install the authority of the certificate, or write #certificate=any after the address: the password may then go to any host.";

    private const int SniffedBytes = 1024;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly string _name;
    private readonly Uri _address;
    private readonly HttpClient _client;
    private HttpResponseMessage? _answer;
    private Stream? _body;

    public HttpConnection(string name, Uri address, bool validatesCertificate)
    {
        _name = name;
        _address = new UriBuilder(address)
        {
            UserName = "",
            Password = "",
            Fragment = "",
        }.Uri;
        _client = new HttpClient(CreateHandler(address, validatesCertificate)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends a request and reads the start of the answer.</summary>
    /// <param name="pictures">Receives the first bytes of the body.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="CameraException">The camera does not answer, or not with pictures.</exception>
    public async Task<HttpContentKind> RequestAsync(JpegStream pictures, CancellationToken cancellationToken)
    {
        Close();
        try
        {
            _answer = await _client.GetAsync(_address, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            Require(_answer);
            _body = await _answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return await IdentifyAsync(pictures, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            string reason = FormattableString.Invariant($"the connection timed out after {ConnectTimeout.TotalSeconds:0} s");
            throw new CameraException($"{_name}: {reason}.", exception) { Fix = CameraRemedy.Find(reason) };
        }
        catch (HttpRequestException exception) when (exception.InnerException is AuthenticationException refusal)
        {
            throw new CameraException($"{_name}: the certificate of the camera is not trusted: {refusal.Message.TrimEnd('.')}.", exception)
            {
                Fix = TrustFix,
            };
        }
        catch (HttpRequestException exception)
        {
            throw new CameraException($"{_name}: {exception.Message.TrimEnd('.')}.", exception)
            {
                Fix = CameraRemedy.Find(exception.Message),
            };
        }
    }

    /// <summary>Reads more of the body.</summary>
    /// <returns>False at its end.</returns>
    /// <exception cref="CameraException">The connection has broken, or a picture is too long.</exception>
    public async ValueTask<bool> ReadAsync(JpegStream pictures, CancellationToken cancellationToken)
    {
        try
        {
            int count = await _body!.ReadAsync(pictures.Reserve(), cancellationToken).ConfigureAwait(false);
            pictures.Advance(count);
            return count > 0;
        }
        catch (Exception exception) when (exception is IOException or CameraException)
        {
            throw new CameraException($"{_name}: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    public void Dispose()
    {
        Close();
        _client.Dispose();
    }

    private static SocketsHttpHandler CreateHandler(Uri address, bool validatesCertificate)
    {
        string[] user = address.UserInfo.Split(':', 2);
        return new SocketsHttpHandler
        {
            // A camera could otherwise direct the device to the device's own services.
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectTimeout,
            UseCookies = false,
            UseProxy = false,
            PreAuthenticate = true,
            Credentials =
                address.UserInfo.Length == 0
                    ? null
                    : new NetworkCredential(Uri.UnescapeDataString(user[0]), user.Length > 1 ? Uri.UnescapeDataString(user[1]) : ""),

            // Many cameras have certificates that they have signed themselves. Without a secret in the address any certificate is accepted:
            // the connection is encrypted, the camera is not authenticated.
#pragma warning disable CA5359
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = validatesCertificate ? null : static (_, _, _, _) => true,
            },
#pragma warning restore CA5359
        };
    }

    private void Require(HttpResponseMessage answer)
    {
        int code = (int)answer.StatusCode;
        if (code is >= 300 and < 400 && answer.Headers.Location is { } location)
            throw new CameraException($"{_name}: the camera redirects to {AddressSecrets.Remove(location.ToString())}.")
            {
                Fix = "Write the address that it redirects to in Camera:Source.",
            };
        if (!answer.IsSuccessStatusCode)
        {
            string reason = FormattableString.Invariant($"the camera answers {code} {answer.ReasonPhrase}");
            throw new CameraException($"{_name}: {reason.TrimEnd()}.") { Fix = CameraRemedy.Find(reason) };
        }

        string type = MediaType(answer);
        if (type == "text/html" || (type.StartsWith("image/", StringComparison.Ordinal) && !IsPictures(type)))
            throw new CameraException($"{_name}: the camera answers with {type}; it must be JPEG pictures or a stream.")
            {
                Fix = "Check the path of the stream in the camera's own manual or settings.",
            };
    }

    private async Task<HttpContentKind> IdentifyAsync(JpegStream pictures, CancellationToken cancellationToken)
    {
        if (IsPictures(MediaType(_answer!)))
            return HttpContentKind.Pictures;

        // Cameras leave the type out or send application/octet-stream: the first bytes decide.
        var first = new StringBuilder();
        while (first.Length < SniffedBytes)
        {
            Memory<byte> space = pictures.Reserve();
            int count = await _body!.ReadAsync(space, cancellationToken).ConfigureAwait(false);
            if (count == 0)
                break;
            pictures.Advance(count);
            first.Append(Encoding.Latin1.GetString(space.Span[..Math.Min(count, SniffedBytes)]));
            if (first.ToString().Contains("\u00FF\u00D8\u00FF", StringComparison.Ordinal))
                return HttpContentKind.Pictures;
        }

        return HttpContentKind.Other;
    }

    private static bool IsPictures(string type) =>
        type.StartsWith("multipart/", StringComparison.Ordinal)
        || type
            is "image/jpeg"
                or "image/jpg"
                or "image/pjpeg"
                or "video/x-motion-jpeg"
                or "video/x-jpeg"
                or "video/mjpeg"
                or "video/x-mjpeg";

    private static string MediaType(HttpResponseMessage answer)
    {
        string? type = answer.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;
        return (type ?? "").Split(';')[0].Trim().ToLowerInvariant();
    }

    private void Close()
    {
        _body?.Dispose();
        _answer?.Dispose();
        (_body, _answer) = (null, null);
    }
}
