using RNNPool.Edge.Core;

namespace RNNPool.Edge.Web.Access;

/// <summary>
/// Decides who receives pictures: every authenticated caller while <see cref="ImagePolicy"/> allows it, else only programs on this machine.
/// </summary>
internal sealed class ImageAccess(ImagePolicy policy)
{
    /// <summary>The detail of a refusal.</summary>
    public const string Detail = "Pictures may not leave this device; set Device:AllowImages to true to see them from elsewhere.";

    /// <summary>Whether pictures may be sent to the caller now.</summary>
    public bool IsAllowed(HttpContext context) => policy.Allowed || RequestOrigin.IsLocal(context);
}
