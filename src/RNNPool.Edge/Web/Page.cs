using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Web;

/// <summary>
/// Serves the files of the page from the folder <c>wwwroot</c> beside the program. They contain no secrets, so they need no session.
/// </summary>
internal static class Page
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".woff2"] = "font/woff2",
        [".webmanifest"] = "application/manifest+json",
        [".txt"] = "text/plain; charset=utf-8",
    };

    private const string IndexFile = "index.html";

    /// <summary>
    /// Compresses the files of the page. Answers of the interface stay as they are: their secrets could be guessed from the compressed
    /// size.
    /// </summary>
    public static void AddCompression(IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html", "text/css", "text/javascript", "image/svg+xml"];
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
    }

    public static void UsePage(this WebApplication app, PageAddress address)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (!Directory.Exists(folder))
            return;
#pragma warning disable CA2000 // It is in use until the process ends.
        var files = new PhysicalFileProvider(folder);
#pragma warning restore CA2000
        app.UseResponseCompression();
        app.UseDefaultFiles(
            new DefaultFilesOptions
            {
                FileProvider = files,
                DefaultFileNames = [IndexFile],
                RedirectToAppendTrailingSlash = false,
            }
        );
        app.UseStaticFiles(
            new StaticFileOptions
            {
                FileProvider = files,
                ContentTypeProvider = new FileExtensionContentTypeProvider(Types),

                OnPrepareResponse = file =>
                {
                    // Browsers validate each file at every use, so that an updated page never mixes with the old one.
                    file.Context.Response.Headers.CacheControl = "no-cache";
                    if (file.File.Name == IndexFile)
                        address.RecordOpened();
                },
            }
        );
    }
}
