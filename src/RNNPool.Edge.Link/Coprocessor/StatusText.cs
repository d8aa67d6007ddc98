using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>Explanations of statuses.</summary>
internal static class StatusText
{
    public static string Describe(DeviceStatus status) =>
        status switch
        {
            DeviceStatus.Ok => "it worked",
            DeviceStatus.UnknownType => "its firmware does not support the message",
            DeviceStatus.BadLength => "the message had the wrong length",
            DeviceStatus.BadValue => "a value was out of its range",
            DeviceStatus.BadSlot => "the slot does not exist",
            DeviceStatus.SlotInUse => "the slot holds the active model or the one to fall back to",
            DeviceStatus.TooLarge => "it is too large for the device",
            DeviceStatus.HashMismatch => "the bytes received do not have the announced SHA-256",
            DeviceStatus.BadModel => "its firmware cannot run the model",
            DeviceStatus.Storage => "its flash memory failed",
            DeviceStatus.NoModel => "it has no model",
            DeviceStatus.WrongModel => "another model is active",
            DeviceStatus.WrongSize => "the picture does not have the model's input size",
            DeviceStatus.BadRows => "rows came out of order or damaged",
            DeviceStatus.NotVerified => "the slot holds no verified model",
            DeviceStatus.NotStarted => "no upload of this model was begun",
            DeviceStatus.Engine => "its engine failed",
            DeviceStatus.TooMuchWork => "the model takes more computation than it allows",
            _ => $"status {(byte)status}",
        };
}
