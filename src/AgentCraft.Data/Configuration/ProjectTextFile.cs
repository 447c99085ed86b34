using System.Text;
using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Paths;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Configuration;

/// <summary>A small text file of the project, named relative to the root; it is never read from outside of that.</summary>
internal static class ProjectTextFile
{
    public const int LargestBytes = 1024 * 1024;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Opens it; links inside the project are followed.</summary>
    /// <exception cref="ConfigFault"/>
    public static SafeFileHandle Open(string root, string relative)
    {
        ProjectPath path = ProjectPath.Find(relative) ?? throw new ConfigFault(Place.Start, $"its path {ProjectPath.Fault(relative)}.");
        ProjectTree tree = new(root);
        try
        {
            if (tree.IsDirectory(path, Links.Inside))
                throw new ConfigFault(Place.Start, "there is a directory in its place; expected a file.");
            return tree.OpenFile(path, Links.Inside) ?? throw new ConfigFault(Place.Start, "it is gone, or a link to nothing.");
        }
        catch (AgentCraftException)
        {
            throw new ConfigFault(Place.Start, "it is a link that leads out of the project.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(failure);
        }
    }

    /// <summary>Opens it and reads all of it, without a byte order mark.</summary>
    /// <exception cref="ConfigFault"/>
    public static string Read(string root, string relative)
    {
        using SafeFileHandle file = Open(root, relative);
        return Read(file);
    }

    /// <summary>All of it, without a byte order mark.</summary>
    /// <exception cref="ConfigFault"/>
    public static string Read(SafeFileHandle file)
    {
        try
        {
            byte[] bytes = file.ReadAll(LargestBytes);
            return bytes.Length <= LargestBytes ? Decode(bytes)
                : throw new ConfigFault(Place.Start, $"it has {RandomAccess.GetLength(file):N0} bytes; the limit is {LargestBytes:N0}.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(failure);
        }
    }

    /// <summary>Bytes as strict UTF-8 without a byte order mark.</summary>
    /// <exception cref="ConfigFault"/>
    public static string Decode(byte[] bytes)
    {
        string text;
        try
        {
            text = Strict.GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException broken)
        {
            throw new ConfigFault(PlaceAt(bytes.AsSpan(0, Math.Max(broken.Index, 0))), "it is not UTF-8 text.");
        }
        int nul = text.IndexOf('\0');
        return nul < 0 ? text : throw new ConfigFault(new(1 + text.AsSpan(0, nul).Count('\n'), nul - text.LastIndexOf('\n', nul)), "it contains a NUL character.");
    }

    private static ConfigFault Unreadable(Exception failure) =>
        new(Place.Start, $"it cannot be read now: {failure.Message} Another program may have it open; it is tried again at the next use.");

    private static Place PlaceAt(ReadOnlySpan<byte> before) => new(1 + before.Count((byte)'\n'), before.Length - before.LastIndexOf((byte)'\n'));
}
