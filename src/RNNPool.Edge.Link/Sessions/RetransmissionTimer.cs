namespace RNNPool.Edge.Link.Sessions;

/// <summary>Timeout of an acknowledgement: Jacobson's estimator with exponential backoff (RFC 6298, sections 2 and 5).</summary>
internal sealed class RetransmissionTimer(double initial, double minimum, double maximum)
{
    private const double MostBackoff = 64;

    private double _smoothed;
    private double _variation;
    private double _backoff = 1;
    private bool _measured;

    /// <summary>The timeout in milliseconds.</summary>
    public double Timeout =>
        Math.Min(_backoff * (_measured ? Math.Clamp(_smoothed + (4 * _variation), minimum, maximum) : initial), maximum);

    /// <summary>Smoothed round trip in milliseconds, or 0 before the first measurement.</summary>
    public double RoundTrip => _smoothed;

    /// <summary>Adds the round trip of a frame that was sent once only (Karn's rule).</summary>
    public void Measure(double milliseconds)
    {
        if (_measured)
        {
            _variation += (Math.Abs(_smoothed - milliseconds) - _variation) / 4;
            _smoothed += (milliseconds - _smoothed) / 8;
        }
        else
        {
            _measured = true;
            _smoothed = milliseconds;
            _variation = milliseconds / 2;
        }
    }

    /// <summary>Resets the backoff, because the line lost messages and the timeout was not too short.</summary>
    public void ResetBackoff() => _backoff = 1;

    /// <summary>Doubles the timeout after it has expired.</summary>
    public void BackOff() => _backoff = Math.Min(_backoff * 2, MostBackoff);
}
