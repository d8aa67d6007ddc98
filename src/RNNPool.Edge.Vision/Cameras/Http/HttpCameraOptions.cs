namespace RNNPool.Edge.Vision.Cameras.Http;

/// <summary>The parameters of a camera that serves JPEG pictures over HTTP.</summary>
/// <param name="Address">The address, with user and password.</param>
/// <param name="Rate">Frames per second, 0 for all.</param>
/// <param name="Width">Width in pixels that a picture keeps when it is decoded smaller; 0 for every pixel.</param>
/// <param name="Color">Whether the frames have colour.</param>
/// <param name="ValidatesCertificate">Whether the certificate of an https camera must be valid.</param>
internal sealed record HttpCameraOptions(Uri Address, double Rate, int Width, bool Color, bool ValidatesCertificate);
