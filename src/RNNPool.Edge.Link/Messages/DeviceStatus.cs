namespace RNNPool.Edge.Link.Messages;

/// <summary>Outcome that a device reports.</summary>
public enum DeviceStatus : byte
{
    /// <summary>Success.</summary>
    Ok = 0,

    /// <summary>The device does not know the message.</summary>
    UnknownType = 1,

    /// <summary>The payload had the wrong length.</summary>
    BadLength = 2,

    /// <summary>A field was out of its range.</summary>
    BadValue = 3,

    /// <summary>No such slot, or the board has no writable slots.</summary>
    BadSlot = 4,

    /// <summary>The slot holds the active model or the fallback.</summary>
    SlotInUse = 5,

    /// <summary>The model does not fit the slot, or the picture is too wide for the device.</summary>
    TooLarge = 6,

    /// <summary>The bytes received do not have the announced SHA-256.</summary>
    HashMismatch = 7,

    /// <summary>The firmware's validator refuses the model.</summary>
    BadModel = 8,

    /// <summary>Erasing, programming or reading back failed.</summary>
    Storage = 9,

    /// <summary>There is no model to run.</summary>
    NoModel = 10,

    /// <summary>The active model is not the one that was named.</summary>
    WrongModel = 11,

    /// <summary>The frame does not have the model's input size.</summary>
    WrongSize = 12,

    /// <summary>Rows out of order, or their code does not decode.</summary>
    BadRows = 13,

    /// <summary>The slot holds no verified model, or not all of it.</summary>
    NotVerified = 14,

    /// <summary>Data or verification without UPLOAD_BEGIN.</summary>
    NotStarted = 15,

    /// <summary>The engine failed while it computed.</summary>
    Engine = 16,

    /// <summary>The model has more multiply-accumulates than the device allows.</summary>
    TooMuchWork = 17,
}

/// <summary>Why the device started last.</summary>
public enum BootReason : byte
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>Power-on.</summary>
    Power = 1,

    /// <summary>The reset pin.</summary>
    Pin = 2,

    /// <summary>Requested by the firmware.</summary>
    Software = 3,

    /// <summary>The watchdog.</summary>
    Watchdog = 4,

    /// <summary>A processor fault.</summary>
    Fault = 5,
}

/// <summary>Optional capabilities of a device.</summary>
[Flags]
public enum DeviceCapabilities : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Its slots can be written.</summary>
    Upload = 1,

    /// <summary>It decodes the lossless row code.</summary>
    RowCode = 2,

    /// <summary>The host can restart it.</summary>
    Reboot = 4,
}

/// <summary>State of a model slot.</summary>
public enum SlotState : byte
{
    /// <summary>Empty.</summary>
    Empty = 0,

    /// <summary>A part of a model.</summary>
    Receiving = 1,

    /// <summary>A model with the right SHA-256 that the firmware can run.</summary>
    Verified = 2,

    /// <summary>The model in use.</summary>
    Active = 3,

    /// <summary>The model in use, which has not completed a frame yet.</summary>
    Trial = 4,

    /// <summary>A model that was rejected because it never completed a frame.</summary>
    Failed = 5,
}
