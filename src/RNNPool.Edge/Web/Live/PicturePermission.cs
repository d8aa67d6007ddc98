using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web.Live;

/// <summary>Pictures never leave the device unless <c>Device:AllowImages</c> says so: without it only a browser on this machine sees what the camera sees.</summary>
internal static class PicturePermission
{
    public const string Sentence = "Pictures may not leave this device; set Device:AllowImages to true to see them from elsewhere.";

    public static bool IsGranted(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptionsMonitor<DeviceOptions>>().CurrentValue.AllowImages
        || Caller.IsThisMachine(context);

    /// <returns>Whether the request has been refused.</returns>
    public static async Task<bool> RefuseAsync(HttpContext context)
    {
        if (IsGranted(context))
            return false;
        await WebApi.RefuseAsync(context, StatusCodes.Status403Forbidden, Sentence).ConfigureAwait(false);
        return true;
    }
}
