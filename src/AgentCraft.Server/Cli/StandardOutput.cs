using System.Runtime.InteropServices;

namespace AgentCraft.Server.Cli;

/// <summary>Standard output as a command that goes on for long must see it: whoever reads it may be gone, or may be a person.</summary>
internal static partial class StandardOutput
{
    private const int Descriptor = 1;
    private const short Writable = 4, Failed = 8, HungUp = 16;
    private const int Widest = 1000;

    /// <summary>
    /// Whoever read it is gone. The framework says nothing about that: it writes on into a closed pipe as if all were well. Where one cannot
    /// ask, false.
    /// </summary>
    public static bool IsClosed
    {
        get
        {
            if (OperatingSystem.IsWindows())
                return false;
            Polled polled = new() { Descriptor = Descriptor, Wanted = Writable };
            return Poll(ref polled, 1, 0) > 0 && (polled.Happened & (Failed | HungUp)) != 0;
        }
    }

    /// <summary>How many characters a line of it may have: what a terminal shows on one, and much elsewhere.</summary>
    public static int Width
    {
        get
        {
            try
            {
                return Console.IsOutputRedirected || Console.WindowWidth <= 0 ? Widest : Math.Max(40, Console.WindowWidth);
            }
            catch (IOException)
            {
                return Widest;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref Polled polled, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }
}
