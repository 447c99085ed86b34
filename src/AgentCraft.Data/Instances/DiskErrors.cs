namespace AgentCraft.Data.Instances;

/// <summary>The numbers of a full disk.</summary>
internal static class DiskErrors
{
    public const int Full = 28, OverQuota = 122, FullOnWindows = unchecked((int)0x80070070);
}
