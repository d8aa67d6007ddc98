namespace RNNPool.Edge.Gpio;

/// <summary>One digital output. Disposing it releases the line.</summary>
public interface IOutputPin : IDisposable
{
    /// <summary>What the log calls it, such as <c>GPIO17 of gpiochip0</c>.</summary>
    string Description { get; }

    /// <summary>Drives the line.</summary>
    /// <param name="high">True for the high level.</param>
    void Write(bool high);
}

/// <summary>Opens the pin that the options name.</summary>
public interface IOutputPinFactory
{
    /// <summary>Opens the pin as an output at the given level.</summary>
    /// <exception cref="GpioException">It cannot be opened; the message is a sentence for the user.</exception>
    IOutputPin Open(GpioOptions options, bool high);
}

/// <summary>A pin could not be opened or driven. The message is a sentence that names what to do about it.</summary>
public sealed class GpioException(string message, Exception? innerException = null) : Exception(message, innerException);
