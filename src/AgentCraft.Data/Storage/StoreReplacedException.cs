namespace AgentCraft.Data.Storage;

/// <summary>What is open is not the store any more: another file is in its place, or is about to be. Nothing was done; the call opens it anew.</summary>
internal sealed class StoreReplacedException(string path)
    : AgentCraftException(ErrorCodes.StoreBusy, $"{path} is being replaced by a restore.", "Nothing was read or written. Repeat the call.", retryable: true);
