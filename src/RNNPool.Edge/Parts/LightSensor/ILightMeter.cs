namespace RNNPool.Edge.Parts.LightSensor;

/// <summary>A chip that measures illuminance. Disposing it releases the bus.</summary>
internal interface ILightMeter : IDisposable
{
    /// <summary>Time after which a measurement that has been started is finished.</summary>
    TimeSpan MeasuringTime { get; }

    /// <summary>Reads the last measurement, and starts one if none runs.</summary>
    /// <returns>Lux; null when the measurement is not finished yet.</returns>
    /// <exception cref="IOException">The chip does not answer.</exception>
    double? Read();
}
