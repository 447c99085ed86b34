using System.Text;
using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Configuration;

/// <summary>A small text file of the project, named relative to the root; it is never read from outside of that.</summary>
internal static class ProjectTextFile
{
    public const int LargestBytes = 1024 * 1024;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Where it is; links inside the project are followed.</summary>
    /// <exception cref="ConfigFault"/>
    public static FileInfo Find(string root, string relative)
    {
        string path = ProjectPath.Find(root, relative) ?? throw new ConfigFault(Place.Start, "it is a link that leads out of the project, or to nothing.");
        FileInfo file = new(path);
        if (file.LinkTarget is not null)
            file = (FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!;
        if (Directory.Exists(file.FullName))
            throw new ConfigFault(Place.Start, "there is a directory in its place; expected a file.");
        return file;
    }

    /// <summary>All of it, without a byte order mark.</summary>
    /// <exception cref="ConfigFault"/>
    public static string Read(FileInfo file)
    {
        try
        {
            if (file.Length > LargestBytes)
                throw new ConfigFault(Place.Start, $"it has {file.Length:N0} bytes; the limit is {LargestBytes:N0}.");
            // Pipes and devices have no length, and opening one could wait for ever.
            return file.Length == 0 ? "" : Decode(ReadBytes(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigFault(Place.Start, $"it cannot be read now: {failure.Message} Another program may have it open; it is tried again at the next use.");
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

    private static byte[] ReadBytes(FileInfo file)
    {
        using FileStream stream = new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[LargestBytes];
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes[..length];
    }

    private static Place PlaceAt(ReadOnlySpan<byte> before) => new(1 + before.Count((byte)'\n'), before.Length - before.LastIndexOf((byte)'\n'));
}
