using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>Chooses the slot for an upload.</summary>
internal static class SlotChoice
{
    /// <summary>
    /// The slot that holds a part of this model already, otherwise one that is neither active nor the one to fall back to.
    /// </summary>
    /// <exception cref="CoprocessorException">There is none, or the model is too large.</exception>
    public static byte Choose(CoprocessorInfo info, ModelUpload upload)
    {
        string board = info.Hello.Board;
        if (!info.CanUpload)
            throw new CoprocessorException(
                DeviceStatus.BadSlot,
                $"The board {board} has no writable model slots; its model is part of the firmware."
            );
        if (upload.Model.Length > info.Hello.SlotBytes)
            throw new CoprocessorException(
                DeviceStatus.TooLarge,
                $"The model has {upload.Model.Length} bytes; a slot of the board {board} takes {info.Hello.SlotBytes}."
            );
        SlotInfo[] writable = [.. info.Slots.Where(slot => slot.Slot < info.Hello.SlotCount)];
        SlotInfo? same = Array.Find(writable, slot =>
            slot.Sha256 == upload.Sha256Text && slot.State is not (SlotState.Empty or SlotState.Failed)
        );
        if (same is not null)
            return same.Slot;
        SlotInfo? free = writable
            .Where(slot => slot.State is not (SlotState.Active or SlotState.Trial))
            .OrderBy(slot => slot.State == SlotState.Verified)
            .FirstOrDefault();
        return free?.Slot ?? throw new CoprocessorException(DeviceStatus.SlotInUse, $"All model slots of the board {board} are in use.");
    }
}
