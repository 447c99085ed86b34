using System.Runtime.InteropServices;

namespace AgentCraft.Data.Paths;

/// <summary>The flags of <c>open(2)</c>, which each system, and on Linux some processors, number in their own way.</summary>
internal sealed record OpenFlags(int Directory, int NoFollow, int CloseOnExec, int NonBlocking, int Create, int Exclusive, int RemoveDirectory)
{
    public static OpenFlags OfThisSystem { get; } =
        OperatingSystem.IsMacOS() ? new(0x100000, 0x100, 0x1000000, 0x4, 0x200, 0x800, 0x80)
        : RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Ppc64le
            ? new(0x4000, 0x8000, 0x80000, 0x800, 0x40, 0x80, 0x200)
        : new(0x10000, 0x20000, 0x80000, 0x800, 0x40, 0x80, 0x200);

    public int Write => 1;
}
