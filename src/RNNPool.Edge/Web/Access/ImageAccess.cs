using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Camera;

namespace RNNPool.Edge.Web.Access;

/// <summary>
/// Decides who receives pictures: every authenticated caller while <see cref="ImagePolicy"/> allows it, else only programs on this machine.
/// During the first setup an authenticated caller also receives the pictures of cameras to choose from: the device films nothing yet, and
/// the caller decides about the policy.
/// </summary>
internal sealed class ImageAccess(ImagePolicy policy, IOptions<CameraOptions> camera)
{
    /// <summary>The detail of a refusal.</summary>
    public const string Detail = "Pictures may not leave this device; set Device:AllowImages to true to see them from elsewhere.";

    /// <summary>Whether pictures may be sent to the caller now.</summary>
    public bool IsAllowed(HttpContext context) => policy.Allowed || IsExempt(context);

    /// <summary>Whether the caller needs no permission of the policy.</summary>
    public bool IsExempt(HttpContext context) => RequestOrigin.IsLocal(context) || !NoCamera.IsCamera(camera.Value.Source);
}
